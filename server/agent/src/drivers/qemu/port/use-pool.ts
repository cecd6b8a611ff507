/** Whether the storage of a node can be used now. */
import { requirePool } from '../files/storage-pool.ts';
import type { StorageWatch } from '../files/watch-storage.ts';
import type { QemuNode } from '../machine/qemu-node.ts';

/** Throws a trouble where the storage of a node is not mounted, or another one is. */
export async function usePool(
  { places, machines, volumes }: QemuNode,
  storage: StorageWatch,
): Promise<void> {
  await Promise.all([storage.look(), volumes.look()]);
  requirePool(places, machines.list().length > 0);
}
