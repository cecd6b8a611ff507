/**
 * Migrates VMs off nodes that are about to fail, where the server allows it (`proactive-moves`).
 * One server does it, under the lease.
 */
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { explainMoves } from '@novacron/engine/conditions/explain-conditions';
import type { ConditionMove, WatchedNode } from '@novacron/engine/conditions/model/condition';
import { planMoves } from '@novacron/engine/conditions/plan-moves';
import { HELD_MS } from '@novacron/engine/conditions/rules/weigh-conditions';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts, Begun } from '../../kernel/arbitration/platform-write.ts';
import { type RefusedWrites, refusedWrites } from '../../kernel/arbitration/refused-writes.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { readHolds } from '../../kernel/holds/find-hold.ts';
import { PLATFORM_NAME, platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { useFailoverRoom } from '../../resources/vm/failover/keep-failover-room.ts';
import { prepareVmMigrate } from '../../resources/vm/migrate/prepare-vm-migrate.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { conditionsOf } from '../../rows/observed/node-conditions.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';
import type { CapabilityDeps } from '../deps.ts';

/** A failure that is announced takes minutes or days to come. Unit: ms. */
const LOOK_MS = 15_000;

/** Migrations that are counted. */
const OPERATIONS_MAX = 1_000;

/** Moves VMs off nodes that are about to fail. */
export function conditionMoves(parts: BeginParts<CapabilityDeps>): Reconciler {
  const refusals = refusedWrites(parts.deps, 'vm.not_moved');
  const lastLines: string[] = [];
  return {
    name: 'condition-moves',
    summary: 'Migrates VMs off nodes that are about to fail.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      const { lines, moved } = await moveSome(parts, budget, refusals);
      // What waits stays the same for many rounds.
      const news = lines.filter((line) => !lastLines.includes(line));
      lastLines.splice(0, lastLines.length, ...lines);
      for (const line of news) parts.deps.logger.info({}, line);
      if (moved > 0) parts.onEvents();
      return undefined;
    },
  };
}

interface Round {
  readonly lines: readonly string[];
  /** VMs whose move was begun or refused. */
  readonly moved: number;
}

async function moveSome(
  parts: BeginParts<CapabilityDeps>,
  budget: ReconcilerBudget,
  refusals: RefusedWrites,
): Promise<Round> {
  const { deps } = parts;
  const nowMs = deps.clock.nowMs();
  const rows = await deps.store.read({ from: 'nodes' });
  const nodes = rows.map(toWatched);
  const left = nodes.filter(({ usable, conditions }) => usable === 'yes' && conditions.length > 0);
  const vms = await findVms(deps, new Set(left.map(({ name }) => name)));
  const byId = new Map<string, VmRow>(vms.map((row) => [row.id, row]));
  refusals.keepOnly(byId);
  if (vms.length === 0) return { lines: [], moved: 0 };
  const movedMs = await findMoved(deps, [...byId.keys()]);
  const movable = mapReadable(vms, (row) => {
    const spec = desiredAs(row, VmSpec);
    const lastMs = movedMs.get(row.id);
    const again = lastMs === undefined ? 0 : lastMs + HELD_MS;
    return {
      id: row.id,
      name: row.name,
      node: String(observedOf(row).node),
      priority: spec.priority,
      memoryMib: amountsOf(spec).memoryMib,
      notBeforeMs: Math.max(again, refusals.notBeforeMs(row.id) ?? 0),
    };
  });
  const where = { kind: 'vm.migrate', status: 'running', created_by: PLATFORM_NAME } as const;
  const movesMax = deps.settings.proactiveMoves;
  const underWay = await deps.store.count({ from: 'operations', where, limit: movesMax });
  const plan = planMoves({ nodes, vms: movable, underWay, movesMax }, { nowMs });
  let moved = 0;
  for (const move of plan.begin) {
    const row = byId.get(move.vm.id);
    if (row === undefined || !budget.mayContinue()) break;
    const begun = await moveOff(parts, budget, { ...move, row, avoid: plan.avoid });
    if (await refusals.note(row, begun, budget.guard)) moved += 1;
  }
  return { lines: explainMoves(plan), moved };
}

function toWatched(row: NodeRow): WatchedNode {
  const { status, suspected_json, followed_json, name } = row;
  const isUsable = status === 'ready' && suspected_json === null && followed_json === null;
  return { name, usable: isUsable ? 'yes' : 'no', conditions: conditionsOf(row) };
}

/** VMs that run on these nodes and are not being changed. */
async function findVms(
  { store }: CapabilityDeps,
  names: ReadonlySet<string>,
): Promise<readonly VmRow[]> {
  if (names.size === 0) return [];
  const rows = await store.read({
    from: 'vms',
    where: { status: 'running', busy_operation_id: null },
    damaged: 'blank',
  });
  return mapReadable(rows, (row) => (names.has(String(observedOf(row).node)) ? [row] : [])).flat();
}

/** When NovaCron migrated these VMs last. Unit: ms since the Unix epoch. */
async function findMoved(
  { store, clock }: CapabilityDeps,
  vmIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const operations = await store.read({
    from: 'operations',
    where: {
      target_id: { in: vmIds },
      kind: 'vm.migrate',
      created_by: PLATFORM_NAME,
      created_at_ms: { above: clock.nowMs() - HELD_MS },
    },
    orderBy: { column: 'created_at_ms', direction: 'asc' },
    limit: OPERATIONS_MAX,
    damaged: 'blank',
  });
  return new Map(operations.map(({ target_id, created_at_ms }) => [target_id, created_at_ms]));
}

interface MoveOff extends ConditionMove {
  readonly row: VmRow;
  /** Names of nodes that are no target. */
  readonly avoid: readonly string[];
}

async function moveOff(
  parts: BeginParts<CapabilityDeps>,
  { guard }: ReconcilerBudget,
  { vm, row, condition, avoid }: MoveOff,
): Promise<Begun> {
  const { deps } = parts;
  const holds = await readHolds(deps.store, { nowMs: deps.clock.nowMs() });
  if (holds.ofTenant(row.tenant_id)) return { kind: 'held' };
  const wish = { excludeNodes: avoid };
  const begun = await beginWrite(parts, {
    who: 'condition-moves',
    class: 'maintenance',
    // It runs all the time.
    target: { kind: 'vm', row, effect: 'none', priority: vm.priority },
    guard,
    name: 'vm.migrate',
    input: { id: row.id },
    // Room that is kept free for the loss of a node may be used before it is lost.
    prepare: useFailoverRoom((input, scope) =>
      prepareVmMigrate({ ...input, wish, purpose: 'evacuate' }, scope),
    ),
    context: platformContext(deps, row.tenant_id, 'healer'),
  });
  if (begun.kind === 'started') {
    const { evidence, kind, severity } = condition;
    const data = {
      name: row.name,
      node: vm.node,
      condition: kind,
      severity,
      detail: `${row.name} leaves ${vm.node}, which may fail soon.`,
      operation_id: begun.operation.id,
    };
    // What is wrong with hardware is the business of those who run the fleet.
    deps.logger.info({ vm: row.id, ...data, evidence }, 'a VM leaves a node that may fail');
    await deps.store.commit([
      guard(),
      eventChange(deps, {
        tenantId: row.tenant_id,
        type: 'vm.moves_off',
        source: 'healing',
        target: row.id,
        priority: 'normal',
        data,
      }),
    ]);
  }
  return begun;
}
