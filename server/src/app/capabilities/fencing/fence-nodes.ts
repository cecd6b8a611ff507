/**
 * Powers off silent nodes whose VMs ask to be started elsewhere, where the configuration allows it.
 * One server does it, under the lease.
 */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import { explainFencing, explainHeld } from '@novacron/engine/fencing/explain-fencing';
import type { FenceableNode, HeldZone } from '@novacron/engine/fencing/model/fencing';
import { planFencing } from '@novacron/engine/fencing/plan-fencing';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { backoffMs } from '../../kernel/arbitration/refused-writes.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { findDevice } from '../../resources/node/fence-node.ts';
import { stateOfNode } from '../../resources/node/node-fence.ts';
import { prepareNodeFence } from '../../resources/node/prepare-node-fence.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import type { CapabilityDeps } from '../deps.ts';

/** How often it looks. */
const LOOK_MS = 5_000;

/** After a longer pause, such as without the lease, silence is counted from then. */
const PAUSE_MS_MAX = 3 * LOOK_MS;

/** How long a node that has returned counts as one of those that were silent with it. Unit: ms. */
const RETURNED_MS = 30_000;

/** Operations that a round looks at. */
const OPERATIONS_MAX = 1_000;

/** What fencing needs. */
export type FencingParts = BeginParts<CapabilityDeps>;

/** What this server remembers between rounds. */
interface Memory {
  /** Since when it has looked without a pause. Unit: ms since the Unix epoch. */
  sinceMs: number;
  lastMs: number;
  /** The zones that were held in the last round. */
  held: string;
  /** When each node was silent last, by id; those that were within `RETURNED_MS`. */
  readonly silentMs: Map<string, number>;
}

/** Powers silent nodes off. */
export function fencing(parts: FencingParts): Reconciler {
  const memory: Memory = {
    sinceMs: 0,
    lastMs: Number.NEGATIVE_INFINITY,
    held: '',
    silentMs: new Map(),
  };
  return {
    name: 'fencing',
    summary: 'Powers off silent nodes whose VMs ask to be started elsewhere.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await fenceSome(parts, budget, memory);
      return undefined;
    },
  };
}

async function fenceSome(
  parts: FencingParts,
  budget: ReconcilerBudget,
  memory: Memory,
): Promise<void> {
  const { deps } = parts;
  const nowMs = deps.clock.nowMs();
  if (nowMs - memory.lastMs > PAUSE_MS_MAX) memory.sinceMs = nowMs;
  memory.lastMs = nowMs;
  const afterMs = deps.fenceDevices?.automaticAfterMs;
  if (afterMs === undefined) return;
  const rows = await deps.store.read({ from: 'nodes' });
  rememberSilent(memory, rows, nowMs);
  if (!rows.some((row) => stateOfNode(row) === 'silent')) {
    memory.held = '';
    return;
  }
  const nodes = await observe(deps, rows, memory);
  const plan = planFencing({ nodes, afterMs }, { nowMs });
  for (const line of explainFencing({ ...plan, held: [] })) deps.logger.warn({}, line);
  await tellHeld(parts, { held: plan.held, memory, guard: budget.guard });
  for (const node of plan.fence) {
    const row = rows.find(({ id }) => id === node.id);
    if (row === undefined || !budget.mayContinue()) return;
    await fence(parts, budget, { row, node });
  }
}

function rememberSilent({ silentMs }: Memory, rows: readonly NodeRow[], nowMs: number): void {
  for (const row of rows) if (stateOfNode(row) === 'silent') silentMs.set(row.id, nowMs);
  for (const [id, lastMs] of silentMs) if (nowMs - lastMs >= RETURNED_MS) silentMs.delete(id);
}

async function observe(
  deps: CapabilityDeps,
  rows: readonly NodeRow[],
  { sinceMs, silentMs: silentBefore }: Memory,
): Promise<readonly FenceableNode[]> {
  const { store, clock } = deps;
  const silent = rows.filter((row) => stateOfNode(row) === 'silent').map(({ id }) => id);
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
      state: stateOfNode(row),
      wasSilent: silentBefore.has(id),
      silentMs: nowMs - Math.max(last_seen_at_ms, sinceMs),
      hasDevice: findDevice(deps, name) !== undefined,
      vms: vms.get(name) ?? 0,
      underWay: since.some(({ status }) => status !== 'failed' && status !== 'succeeded'),
      notBeforeMs: failed.length === 0 ? null : lastMs + backoffMs(failed.length),
    };
  });
}

/** How many VMs of each node are to be started elsewhere, by the name of the node. */
async function countMoving(
  { store }: CapabilityDeps,
  nodeIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const held = await store.read({ from: 'allocations', where: { node_id: { in: [...nodeIds] } } });
  const ids = held.map(({ vm_id }) => vm_id);
  const rows = await store.read({ from: 'vms', where: { id: { in: ids } }, damaged: 'blank' });
  const counts = new Map<string, number>();
  const names = mapReadable(rows, (row) => {
    const { healing, power_state } = desiredAs(row, VmSpec);
    const moves = startsElsewhere(healing) && power_state === 'running';
    return moves ? [String(observedOf(row).node)] : [];
  });
  for (const name of names.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** An alarm, once for each set of silent nodes. */
async function tellHeld(
  { deps, onEvents }: FencingParts,
  {
    held,
    memory,
    guard,
  }: {
    readonly held: readonly HeldZone[];
    readonly memory: Memory;
    readonly guard: ReconcilerBudget['guard'];
  },
): Promise<void> {
  const now = JSON.stringify(held);
  if (now === memory.held) return;
  const news = held.filter((zone) => !memory.held.includes(JSON.stringify(zone)));
  memory.held = now;
  const tenant = await findPlatformTenant(deps.store);
  if (tenant === undefined || news.length === 0) return;
  for (const zone of news) {
    const detail = `${explainHeld(zone)}.`;
    deps.logger.warn({}, detail);
    await deps.store.commit([
      guard(),
      eventChange(deps, {
        tenantId: tenant.id,
        type: 'node.fencing_held',
        source: 'healing',
        target: zone.zone ?? 'fleet',
        priority: 'critical',
        data: {
          zone: zone.zone,
          rack: zone.rack,
          nodes: zone.silent,
          detail,
          remedy:
            'Find out what they have in common. Those that are off can be confirmed: novacron ' +
            'node confirm-dead NODE.',
        },
      }),
    ]);
  }
  onEvents();
}

async function fence(
  parts: FencingParts,
  { guard }: ReconcilerBudget,
  { row, node }: { readonly row: NodeRow; readonly node: FenceableNode },
): Promise<void> {
  const { deps, onEvents } = parts;
  const tenant = await findPlatformTenant(deps.store);
  if (tenant === undefined) return;
  const reason = `silent for ${Math.floor(node.silentMs / 1_000)} s`;
  const begun = await beginWrite(parts, {
    who: 'fencing',
    class: 'recovery',
    target: { kind: 'node', row },
    guard,
    name: 'node.fence',
    input: { id: row.id, reason },
    prepare: prepareNodeFence,
    context: platformContext(deps, tenant.id, 'healer'),
  });
  if (begun.kind === 'refused') {
    deps.logger.warn({ node: row.name, problem: begun.problem }, 'a node is not powered off');
  }
  onEvents();
}
