/** Whether the storage of a node can be used now. */
import type { DriverStorageTrouble } from '../../driver.ts';
import { requirePool, usedPool } from '../files/storage-pool.ts';
import { QemuTrouble } from '../files/trouble.ts';
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

/** Lists the storages in use that cannot be used now: that of the node, and those of classes. */
export async function listStoragesAway(
  node: QemuNode,
  storage: StorageWatch,
): Promise<readonly DriverStorageTrouble[]> {
  const pool = usedPool(node.places);
  const own: DriverStorageTrouble[] = [];
  try {
    if (pool !== undefined) await usePool(node, storage);
  } catch (cause) {
    if (!(cause instanceof QemuTrouble) || pool === undefined) throw cause;
    own.push({ pool, message: cause.message });
  }
  return [...own, ...node.volumes.away()];
}
