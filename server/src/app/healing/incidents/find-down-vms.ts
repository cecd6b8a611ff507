/** Finds the VMs of a tenant that should run and are down, with or without an incident. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readLostNodes } from '../../resources/vm/read/shown-status.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { stopReasonOf } from '../../rows/observed-machine.ts';

/** VMs that are looked at. */
const ROWS_MAX = 10_000;

/**
 * Finds them: those that have stopped by themselves, those that nothing is known of, and those on
 * nodes that are lost. Incidents are opened later, or not at all where a VM is started again.
 * @returns their ids
 */
export async function findDownVms(
  { store }: Pick<CapabilityDeps, 'store'>,
  tenantId: string,
): Promise<readonly string[]> {
  const lost = await readLostNodes(store);
  const nodes = await store.read({ from: 'nodes', where: { name: { in: [...lost] } } });
  const held = await store.read({
    from: 'allocations',
    where: { node_id: { in: nodes.map(({ id }) => id) }, owner_tenant_id: tenantId },
    limit: ROWS_MAX,
  });
  const onLost = await store.read({
    from: 'vms',
    where: { tenant_id: tenantId, id: { in: held.map(({ vm_id }) => vm_id) } },
    damaged: 'blank',
  });
  const others = await store.read({
    from: 'vms',
    where: { tenant_id: tenantId, status: { in: ['stopped', 'unknown'] } },
    limit: ROWS_MAX,
    damaged: 'blank',
  });
  const rows = new Map([...onLost, ...others].map((row) => [row.id, row]));
  return mapReadable([...rows.values()], (row): readonly string[] => {
    const observed = observedOf(row);
    const { status, node } = observed;
    const isStopped = status === 'stopped' && stopReasonOf(observed) !== 'command';
    const isDown =
      isStopped || status === 'unknown' || (status === 'running' && lost.has(String(node)));
    return isDown && desiredAs(row, VmSpec).power_state === 'running' ? [row.id] : [];
  }).flat();
}
