/** Finds VMs whose node is known to be off, or cut off, and that ask to run elsewhere. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { givesAway } from '../../resources/node/node-cut-off.ts';
import { isFenced } from '../../resources/node/node-fence.ts';
import { poolsOfDisks } from '../../resources/vm/reach/find-reaching-nodes.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';

/** Operations that end by themselves, after which there may be no VM to recover. */
const LEFT_ALONE = ['vm.recover', 'vm.create', 'vm.delete'];

/** A VM whose node is known to be off, and that is to run elsewhere. */
export interface RecoverableVm {
  readonly row: VmRow;
  readonly spec: VmSpec;
  /** Its dead node. */
  readonly source: NodeRow;
}

/** VMs of dead nodes that should run and ask for a restart, but those that are recovered now. */
export async function findRecoverable({
  store,
}: Pick<CapabilityDeps, 'store'>): Promise<readonly RecoverableVm[]> {
  const lost = await store.read({ from: 'nodes', where: { status: 'lost' } });
  const dead = lost.filter(isFenced);
  if (dead.length === 0) return [];
  const held = await store.read({
    from: 'allocations',
    where: { node_id: { in: dead.map(({ id }) => id) } },
  });
  const rows = await store.read({
    from: 'vms',
    where: { id: { in: held.map(({ vm_id }) => vm_id) } },
  });
  const ids = rows.map(({ id }) => id);
  const volumes = await store.read({ from: 'volumes', where: { attached_to: { in: ids } } });
  const busy = rows.flatMap(({ busy_operation_id: id }) => (id === null ? [] : [id]));
  const working = await store.read({
    from: 'operations',
    where: { id: { in: busy }, kind: { in: LEFT_ALONE } },
    damaged: 'blank',
  });
  const left = new Set<string | null>(working.map(({ id }) => id));
  const deadCalled = new Map<unknown, NodeRow>(dead.map((row) => [row.name, row]));
  return mapReadable(rows, (row): readonly RecoverableVm[] => {
    const spec = desiredAs(row, VmSpec);
    const { node, status } = observedOf(row);
    const asksForIt = startsElsewhere(spec.healing) && spec.power_state === 'running';
    const isLeft = status === 'failed' || left.has(row.busy_operation_id);
    const source = deadCalled.get(node);
    if (!asksForIt || source === undefined || isLeft) return [];
    const own = volumes.filter(({ attached_to }) => attached_to === row.id);
    const pools = poolsOfDisks(own, source);
    return givesAway(source, { id: row.id, pools }) ? [{ row, spec, source }] : [];
  }).flat();
}
