/**
 * Records that VMs run no more on a silent node, because it has stopped them itself: the time is
 * over that it had announced for that. One server does it, under the lease.
 */

import { canonicalJson } from '@novacron/contract/json';
import { explainHeld, explainLeaseFence } from '@novacron/engine/healing/fence/explain-fencing';
import type { GuardedNode } from '@novacron/engine/healing/fence/model/fencing';
import {
  CLOCK_DRIFT_RATIO_MAX,
  planLeaseFences,
} from '@novacron/engine/healing/fence/plan-lease-fences';
import { steadyMs } from '@novacron/runtime/clock';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import { guardOf, type LeaseFence, leaseFenceOf } from '../../resources/node/isolation-guard.ts';
import { isSettled } from '../../resources/node/node-cut-off.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { FencingParts } from './fence-nodes.ts';

/** Interval between checks of the last stored heartbeat of each node. Unit: ms. */
const LOOK_MS = 2_000;

/** After a longer pause, such as without the lease, every node has its whole time again. */
const PAUSE_MS_MAX = 15_000;

/**
 * Time for which a node that has returned still counts among the nodes that were silent with it.
 * Unit: ms.
 */
const RETURNED_MS = 30_000;

/** State of this server between rounds. Times are monotonic. */
interface Memory {
  lastMs: number;
  /** Last stored guard of each node, and the time at which this server first saw it. */
  readonly seen: Map<string, { readonly guard: string; readonly sinceMs: number }>;
  /** Last time at which each node was silent. */
  readonly silentMs: Map<string, number>;
  /** Explanation of held fencing in the last round. */
  held: string;
}

/** Records it. */
export function leaseFences(parts: FencingParts): Reconciler {
  const memory: Memory = {
    lastMs: Number.NEGATIVE_INFINITY,
    seen: new Map(),
    silentMs: new Map(),
    held: '',
  };
  return {
    name: 'lease_fences',
    summary: 'Records the VMs that isolated nodes stopped.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await fenceSome(parts, budget, memory);
    },
  };
}

async function fenceSome(
  { deps }: FencingParts,
  budget: ReconcilerBudget,
  memory: Memory,
): Promise<void> {
  const rows = await deps.store.read({ from: 'nodes' });
  // Read after the rows: each heartbeat counts from later than it was stored.
  const nowMs = steadyMs(deps.clock);
  remember(memory, rows, nowMs);
  const dayMs = deps.clock.nowMs();
  const nodes = rows.map((row) => ({
    ...observe(row, memory, nowMs),
    isSettled: isSettled(row, dayMs),
  }));
  const { over, held } = planLeaseFences({ nodes, driftRatioMax: CLOCK_DRIFT_RATIO_MAX });
  const lines = held.map(explainHeld);
  if (String(lines) !== memory.held) for (const line of lines) deps.logger.warn({}, line);
  memory.held = String(lines);
  for (const node of over) {
    const row = rows.find(({ id }) => id === node.id);
    if (row === undefined || !budget.mayContinue()) break;
    await record(deps, budget, { row, node });
  }
}

function remember(memory: Memory, rows: readonly NodeRow[], nowMs: number): void {
  if (nowMs - memory.lastMs > PAUSE_MS_MAX) memory.seen.clear();
  memory.lastMs = nowMs;
  for (const row of rows) {
    const guard = row.guard_json ?? '';
    const known = memory.seen.get(row.id);
    if (known?.guard !== guard) memory.seen.set(row.id, { guard, sinceMs: nowMs });
    if (stateOfNode(row) === 'silent') memory.silentMs.set(row.id, nowMs);
  }
  for (const [id, atMs] of memory.silentMs) {
    if (nowMs - atMs >= RETURNED_MS) memory.silentMs.delete(id);
  }
}

function observe(
  row: NodeRow,
  { seen, silentMs }: Memory,
  nowMs: number,
): Omit<GuardedNode, 'isSettled'> {
  const { id, name, zone, rack } = row;
  const guard = guardOf(row);
  return {
    id,
    name,
    zone,
    rack,
    state: stateOfNode(row),
    wasSilent: silentMs.has(id),
    guard: guard === undefined ? null : { leaseMs: guard.lease_ms, vms: guard.vms.length },
    storedMs: nowMs - (seen.get(id)?.sinceMs ?? nowMs),
    isOver: leaseFenceOf(row) !== undefined,
  };
}

async function record(
  deps: FencingParts['deps'],
  { guard: underLease }: ReconcilerBudget,
  { row, node }: { readonly row: NodeRow; readonly node: GuardedNode },
): Promise<void> {
  const tenant = await findPlatformTenant(deps.store);
  const guard = guardOf(row);
  if (tenant === undefined || guard === undefined) return;
  const { id, name, status, fenced_json, guard_json, last_seen_at_ms } = row;
  const at = toTimestamp(deps.clock.nowMs());
  const fence: LeaseFence = { at, guard, seen_ms: last_seen_at_ms };
  const detail = `${explainLeaseFence(node)}.`;
  const done = await commitUnder(underLease, deps, [
    {
      kind: 'update',
      table: 'nodes',
      id,
      set: { lease_fence_json: canonicalJson({ ...fence }) },
      expect: { status, fenced_json, guard_json, last_seen_at_ms },
      otherwise: replan(`Node ${name}`),
    },
    eventChange(deps, {
      tenantId: tenant.id,
      type: 'node.lease_expired',
      source: 'healing',
      target: name,
      priority: 'high',
      data: { node: name, vms: guard.vms, detail },
    }),
  ]);
  if (done.ok) deps.logger.warn({ node: name, vms: guard.vms }, detail);
}
