/** Observes the nodes of the fleet before a node is powered off. */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import { isFinalStatus } from '@novacron/contract/operation/operation';
import type { FenceableNode, StorageLevel } from '@novacron/engine/healing/fence/model/fencing';
import { isUnheard } from '@novacron/engine/healing/fence/rules/find-common-causes';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { backoffMs } from '../../kernel/arbitration/refused-writes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findDevice } from '../../resources/node/fence-node.ts';
import {
  findStorageFences,
  givesAway,
  isCovered,
  isSettled,
} from '../../resources/node/node-cut-off.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import { poolsOfDisks } from '../../resources/vm/reach/find-reaching-nodes.ts';
import { findRestore, whyNoRestore } from '../../resources/vm/reach/find-restore.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { isOnlyAgentSilent, suspicionOf } from '../../rows/observed/node-suspicion.ts';
import type { SecondChannel } from './second-channel.ts';

/** Operations that a round looks at. */
const OPERATIONS_MAX = 1_000;

/** The levels, the first one first. */
const FENCES = ['node.fence', 'node.cut_off'];

/** State of a server from earlier rounds. */
export interface FencingMemory {
  /** Returns the time since servers last heard a node, by a monotonic clock. Unit: ms. */
  readonly silenceMs: (row: NodeRow, state: FenceableNode['state']) => number;
  /** Nodes that are silent, or were a moment ago, by id. */
  readonly wasSilent: (id: string) => boolean;
  readonly channel: Pick<SecondChannel, 'readingOf'>;
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
  return suspicion.planned_until === undefined && !isOnlyAgentSilent(row);
}

/** Observes it. */
export async function observeFenceable(
  deps: CapabilityDeps,
  rows: readonly NodeRow[],
  { silenceMs, wasSilent, channel }: FencingMemory,
): Promise<readonly FenceableNode[]> {
  const { store, clock } = deps;
  const silent = rows.filter(isSilent).map(({ id }) => id);
  const where = { kind: { in: FENCES }, target_id: { in: silent } };
  const operations = await store.read({
    from: 'operations',
    where,
    orderBy: { column: 'created_at_ms', direction: 'desc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  const moving = await findMoving(
    deps,
    rows.filter(({ id }) => silent.includes(id)),
  );
  const nowMs = clock.nowMs();
  return rows.map((row) => {
    const { id, name, zone, rack } = row;
    const state = stateOf(row);
    const silentMs = silenceMs(row, state);
    // Moments in the store are of the time of day, which may have been set since.
    const heardMs = Math.min(row.last_seen_at_ms, nowMs - silentMs);
    const own = operations.filter((each) => each.target_id === id);
    const since = own.filter((each) => each.created_at_ms > heardMs);
    const here = moving.get(name) ?? [];
    return {
      id,
      name,
      zone,
      rack,
      state,
      pool: channel.readingOf(name) ?? null,
      wasSilent: wasSilent(id),
      isSettled: isSettled(row, nowMs),
      silentMs,
      hasDevice: findDevice(deps, name) !== undefined,
      vms: here.length,
      underWay: own.some(({ status }) => !isFinalStatus(status)) || since.some(isStuck),
      notBeforeMs: nextTryMs(since, 'node.fence'),
      storage: storageLevelOf(deps, row, { pools: here, since }),
    };
  });
}

function isStuck({ status }: Tables['operations']): boolean {
  return status === 'stuck';
}

/**
 * Returns the time at which a failed level may be retried; null if it has not failed. Unit: Unix
 * ms.
 */
function nextTryMs(since: readonly Tables['operations'][], kind: string): number | null {
  const failed = since.filter((each) => each.kind === kind && each.status === 'failed');
  if (failed.length === 0) return null;
  const lastMs = Math.max(0, ...failed.map(({ finished_at_ms: atMs }) => atMs ?? 0));
  return lastMs + backoffMs(failed.length);
}

/** The storages of all disks of a VM; undefined: one is in storage of its node alone. */
type DiskPools = readonly string[] | undefined;

function storageLevelOf(
  deps: CapabilityDeps,
  row: NodeRow,
  {
    pools,
    since,
  }: { readonly pools: readonly DiskPools[]; readonly since: readonly Tables['operations'][] },
): StorageLevel | null {
  const fences = new Set(findStorageFences(deps, row).map(({ pool }) => pool));
  if (fences.size === 0) return null;
  const vms = pools.filter((each) => isCovered(each, fences)).length;
  return { vms, notBeforeMs: nextTryMs(since, 'node.cut_off') };
}

/** The disks of VMs that are to be started elsewhere, and may not yet, by name of their node. */
async function findMoving(
  { store, exports }: CapabilityDeps,
  lost: readonly NodeRow[],
): Promise<ReadonlyMap<string, readonly DiskPools[]>> {
  const where = { node_id: { in: lost.map(({ id }) => id) } };
  const held = await store.read({ from: 'allocations', where });
  const ids = held.map(({ vm_id }) => vm_id);
  const rows = await store.read({ from: 'vms', where: { id: { in: ids } }, damaged: 'blank' });
  const { nodes, volumes, snapshots } = await store.snapshot({
    nodes: { from: 'nodes' },
    volumes: { from: 'volumes', where: { attached_to: { in: ids } } },
    snapshots: { from: 'snapshots' },
  });
  const found = new Map<string, DiskPools[]>();
  mapReadable(rows, (row) => {
    const { healing, power_state } = desiredAs(row, VmSpec);
    const source = lost.find(({ name }) => name === observedOf(row).node);
    if (!startsElsewhere(healing) || power_state !== 'running' || source === undefined) return;
    const own = volumes.filter(({ attached_to }) => attached_to === row.id);
    const pools = poolsOfDisks(own, source);
    if (givesAway(source, { id: row.id, pools })) return;
    const facts = { volumes: own, snapshots, nodes, exports };
    // To fence a node for a VM that would wait all the same helps no VM.
    const isRestored = healing?.on_node_loss === 'restore';
    if (isRestored && whyNoRestore(findRestore(facts, source)) !== undefined) return;
    found.set(source.name, [...(found.get(source.name) ?? []), pools]);
  });
  return found;
}
