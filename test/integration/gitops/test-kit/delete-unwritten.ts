/**
 * Deletes what an interrupted apply has created without writing it down: Terraform writes
 * its state at the end, and a later sync names these VMs.
 */
import { waitUntil } from '@novacron/testing/wait-until';
import { must, type SyncWorld } from './open-sync-world.ts';

/** Deletes the VMs that a refusal names. @returns their names */
export async function deleteUnwritten(
  { call }: SyncWorld,
  reason: string,
): Promise<readonly string[]> {
  const named = new Set(
    [...reason.matchAll(/exists already: (vm_[a-z0-9]{26})/g)].map(([, id]) => id),
  );
  const vms = must(await call('vm.list', {})).items.filter(({ id }) => named.has(id));
  for (const { id } of vms) {
    const { operation } = must(await call('vm.delete', { id }));
    await waitUntil('the deletion', async () => {
      const shown = await call('operation.get', { id: operation.id });
      return (shown.ok && shown.value.finished_at !== null) || undefined;
    });
  }
  return vms.map(({ name }) => name);
}
