/** What is known of the nodes of the fleet before one of them is powered off. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import type { FenceableNode } from '@novacron/engine/fencing/model/fencing';
import { isUnheard } from '@novacron/engine/fencing/rules/find-common-causes';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { backoffMs } from '../../kernel/arbitration/refused-writes.ts';
import { findDevice } from '../../resources/node/fence-node.ts';
import { stateOfNode, suspicionOf } from '../../resources/node/node-fence.ts';
import { findRestore, whyNoRestore } from '../../resources/vm/recover/find-restore.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import type { CapabilityDeps } from '../deps.ts';
import type { SecondChannel } from './second-channel.ts';

/** Operations that a round looks at. */
const OPERATIONS_MAX = 1_000;

/** What a server remembers of the rounds before. */
export interface FencingMemory {
  /** Since when it has looked without a pause. Unit: ms since the Unix epoch. */
  readonly sinceMs: number;
  /** When each node was silent last, by id. */
  readonly silentMs: ReadonlyMap<string, number>;
  readonly channel: Pick<SecondChannel, 'readingOf' | 'silenceMs'>;
}

/** Whether servers do not hear a node, and it is not known to be off. */
export function isSilent(row: NodeRow): boolean {
  return isUnheard({ state: stateOf(row) });
}

function stateOf(row: NodeRow): FenceableNode['state'] {
  const state = stateOfNode(row);
  return state === 'answers' && isSuspectedDead(row) ? 'suspected' : state;
}

/** Whether a node is suspected as it is not heard: not in a planned stop, nor for its agent. */
function isSuspectedDead(row: NodeRow): boolean {
  const suspicion = suspicionOf(row);
  if (suspicion === undefined) return false;
  return suspicion.planned_until === undefined && suspicion.agent_silent_since === undefined;
}

/** Observes it. */
export async function observeFenceable(
  deps: CapabilityDeps,
  rows: readonly NodeRow[],
  { sinceMs, silentMs: silentBefore, channel }: FencingMemory,
): Promise<readonly FenceableNode[]> {
  const { store, clock } = deps;
  const silent = rows.filter(isSilent).map(({ id }) => id);
  const where = { kind: 'node.fence', target_id: { in: silent } };
  const operations = await store.read({
    from: 'operations',
    where,
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  const vms = await countMoving(deps, silent);
  const nowMs = clock.nowMs();
  return rows.map((row) => {
    const { id, name, zone, rack, last_seen_at_ms } = row;
    const since = operations.filter(
      (each) => each.target_id === id && each.created_at_ms > last_seen_at_ms,
    );
    const failed = since.filter(({ status }) => status === 'failed');
    const lastMs = Math.max(0, ...failed.map(({ finished_at_ms: atMs }) => atMs ?? 0));
    return {
      id,
      name,
      zone,
      rack,
      state: stateOf(row),
      pool: channel.readingOf(name) ?? null,
      wasSilent: silentBefore.has(id),
      silentMs: silenceOf(row, channel) ?? nowMs - Math.max(last_seen_at_ms, sinceMs),
      hasDevice: findDevice(deps, name) !== undefined,
      vms: vms.get(name) ?? 0,
      underWay: since.some(({ status }) => status !== 'failed' && status !== 'succeeded'),
      notBeforeMs: failed.length === 0 ? null : lastMs + backoffMs(failed.length),
    };
  });
}

/** Of one that is not lost yet, few heartbeats are stored: what this server has heard counts. */
function silenceOf(row: NodeRow, { silenceMs }: FencingMemory['channel']): number | undefined {
  return stateOf(row) === 'suspected' ? silenceMs(row.name) : undefined;
}

/** How many VMs of each node are to be started elsewhere, by the name of the node. */
async function countMoving(
  { store, exports }: CapabilityDeps,
  nodeIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const held = await store.read({ from: 'allocations', where: { node_id: { in: [...nodeIds] } } });
  const ids = held.map(({ vm_id }) => vm_id);
  const rows = await store.read({ from: 'vms', where: { id: { in: ids } }, damaged: 'blank' });
  const counts = new Map<string, number>();
  const { nodes, volumes, snapshots } = await store.snapshot({
    nodes: { from: 'nodes' },
    volumes: { from: 'volumes', where: { attached_to: { in: ids } } },
    snapshots: { from: 'snapshots' },
  });
  // To power a node off for a VM that would wait all the same helps no VM.
  const isWorthIt = (row: VmRow, healing: VmSpec['healing']): boolean => {
    if (healing?.on_node_loss !== 'restore') return startsElsewhere(healing);
    const node = nodes.find(({ name }) => name === observedOf(row).node);
    const own = volumes.filter(({ attached_to }) => attached_to === row.id);
    const facts = { volumes: own, snapshots, nodes, exports };
    return node !== undefined && whyNoRestore(findRestore(facts, node)) === undefined;
  };
  const names = mapReadable(rows, (row) => {
    const { healing, power_state } = desiredAs(row, VmSpec);
    const moves = power_state === 'running' && isWorthIt(row, healing);
    return moves ? [String(observedOf(row).node)] : [];
  });
  for (const name of names.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
