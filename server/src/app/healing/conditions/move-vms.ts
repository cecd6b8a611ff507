/**
 * Migrates VMs off nodes that are about to fail, where the server allows it (`proactive-moves`).
 * One server does it, under the lease.
 */
import { formatDuration } from '@novacron/contract/formats/duration';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { explainMoves } from '@novacron/engine/healing/conditions/explain-conditions';
import type {
  ConditionMove,
  WatchedNode,
} from '@novacron/engine/healing/conditions/model/condition';
import { HELD_MS } from '@novacron/engine/healing/conditions/plan-conditions';
import { planMoves } from '@novacron/engine/healing/conditions/plan-moves';
import { limitOf } from '@novacron/engine/healing/outcomes/rules/ladder';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts, Begun } from '../../kernel/arbitration/platform-write.ts';
import { type RefusedWrites, refusedWrites } from '../../kernel/arbitration/refused-writes.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { readHolds } from '../../kernel/holds/find-hold.ts';
import { readLogs } from '../../kernel/operations/answer-operation.ts';
import { PLATFORM_NAME, platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { useFailoverRoom } from '../../resources/vm/failover/keep-failover-room.ts';
import { prepareVmMigrate } from '../../resources/vm/migrate/prepare-vm-migrate.ts';
import { restartWindowOf } from '../../resources/vm/update/restart-window.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { conditionsOf } from '../../rows/observed/node-conditions.ts';
import { restartPolicyOf } from '../../rows/observed/restart-policy.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';
import { kindOf } from '../outcomes/attempt-kinds.ts';

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
      const lines = await moveSome(parts, budget, refusals);
      // What waits stays the same for many rounds.
      const news = lines.filter((line) => !lastLines.includes(line));
      lastLines.splice(0, lastLines.length, ...lines);
      for (const line of news) parts.deps.logger.info({}, line);
      return undefined;
    },
  };
}

/** @returns what is planned, in words */
async function moveSome(
  parts: BeginParts<CapabilityDeps>,
  budget: ReconcilerBudget,
  refusals: RefusedWrites,
): Promise<readonly string[]> {
  const { deps } = parts;
  const nowMs = deps.clock.nowMs();
  const rows = await deps.store.read({ from: 'nodes' });
  const nodes = rows.map(toWatched);
  const left = nodes.filter(({ usable, conditions }) => usable === 'yes' && conditions.length > 0);
  const vms = await findVms(deps, new Set(left.map(({ name }) => name)));
  const byId = new Map<string, VmRow>(vms.map((row) => [row.id, row]));
  refusals.keepOnly(byId);
  if (vms.length === 0) return [];
  const last = await findLastMoves(deps, [...byId.keys()]);
  const movable = mapReadable(vms, (row) => {
    const spec = desiredAs(row, VmSpec);
    const move = last.get(row.id);
    const block = move?.isTooSlow === true ? whyNotStopped(row, spec, nowMs) : undefined;
    const isCold = move?.isTooSlow === true && block === undefined;
    const again = move === undefined || isCold ? 0 : move.atMs + HELD_MS;
    return {
      row,
      block,
      vm: {
        id: row.id,
        name: row.name,
        node: String(observedOf(row).node),
        priority: spec.priority,
        memoryMib: amountsOf(spec).memoryMib,
        manner: isCold ? ('cold' as const) : ('live' as const),
        notBeforeMs: Math.max(again, refusals.notBeforeMs(row.id) ?? 0),
      },
    };
  });
  const where = { kind: 'vm.migrate', status: 'running', created_by: PLATFORM_NAME } as const;
  const movesMax = deps.settings.proactiveMoves;
  const underWay = await deps.store.count({ from: 'operations', where, limit: movesMax });
  const input = { nodes, vms: movable.map(({ vm }) => vm), underWay, movesMax };
  const plan = planMoves(input, { nowMs });
  for (const { row, block } of movable) {
    if (block === undefined || movesMax === 0 || !budget.mayContinue()) continue;
    await refusals.say(row, block, budget.guard);
  }
  for (const move of plan.begin) {
    const row = byId.get(move.vm.id);
    if (row === undefined || !budget.mayContinue()) break;
    const begun = await moveOff(parts, budget, { ...move, row, avoid: plan.avoid });
    await refusals.note(row, begun, budget.guard);
  }
  return explainMoves(plan);
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

/** The last migration of a VM by NovaCron. */
interface LastMove {
  /** Start time. Unit: ms since the Unix epoch. */
  readonly atMs: number;
  /** Whether it was live, and was cancelled because it took too long. */
  readonly isTooSlow: boolean;
}

/** Finds the last migration of each VM by NovaCron, by VM id. */
async function findLastMoves(
  { store, clock }: CapabilityDeps,
  vmIds: readonly string[],
): Promise<ReadonlyMap<string, LastMove>> {
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
  const last = new Map(operations.map((row) => [row.target_id, row]));
  const failed = [...last.values()].filter(
    (row) => row.status === 'failed' && kindOf(row)?.strategy === 'live_migration',
  );
  const { entries } = await readLogs(
    store,
    failed.map(({ id }) => id),
  );
  const isExpired = (id: string): boolean =>
    entries.get(id)?.some((each) => each.kind === 'turned-back' && each.why === 'expired') === true;
  return new Map(
    [...last].map(([vmId, { id, created_at_ms: atMs }]) => [
      vmId,
      { atMs, isTooSlow: isExpired(id) },
    ]),
  );
}

/** Explains why a VM may not be stopped for its migration; undefined if it may. */
function whyNotStopped(row: VmRow, spec: VmSpec, nowMs: number): Problem | undefined {
  if (restartPolicyOf(row, spec) === 'never') {
    return staysLive(row, 'healing.restart is "never"', 'not-restarted');
  }
  const window = restartWindowOf(spec);
  if (window === undefined || window.openedAt(nowMs) !== undefined) return undefined;
  const nextMs = window.nextAfter(nowMs);
  const opens = nextMs === undefined ? 'does not open again' : `opens at ${toTimestamp(nextMs)}`;
  return staysLive(row, `its restart window ${opens}`, 'restart_window');
}

function staysLive({ id, name }: VmRow, why: string, reason: string): Problem {
  return problem('conflict', {
    detail:
      `The live migration of the VM ${name} did not finish within ` +
      `${formatDuration(limitOf('live_migration'))}, and it may not be stopped for a cold ` +
      `migration: ${why}.`,
    remedy:
      `Stop it at a convenient time, then migrate it: novacron vm stop ${id}; novacron vm ` +
      `migrate ${id}.`,
    data: { reason },
  });
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
  const holds = await readHolds(deps.store, { of: 'healing', nowMs: deps.clock.nowMs() });
  if (holds.ofTenant(row.tenant_id)) return { kind: 'held', work: 'healing' };
  const wish = { excludeNodes: avoid };
  const isCold = vm.manner === 'cold';
  const begun = await beginWrite(parts, {
    who: 'condition-moves',
    class: 'maintenance',
    // In a live migration it runs all the time.
    target: {
      kind: 'vm',
      row,
      effect: isCold ? 'interrupts' : 'none',
      priority: vm.priority,
    },
    guard,
    limitMs: limitOf(isCold ? 'cold_migration' : 'live_migration'),
    name: 'vm.migrate',
    input: { id: row.id },
    // Room that is kept free for the loss of a node may be used before it is lost.
    prepare: useFailoverRoom((input, scope) =>
      prepareVmMigrate(
        { ...input, wish, purpose: 'evacuate', ...(isCold ? { manner: 'cold' } : {}) },
        scope,
      ),
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
      manner: isCold ? 'cold' : 'live',
      detail: isCold
        ? `${row.name} is stopped, moved off ${vm.node}, which may fail soon, and started again: ` +
          `its live migration did not finish within ${formatDuration(limitOf('live_migration'))}.`
        : `${row.name} is migrated off ${vm.node}, which may fail soon.`,
      operation_id: begun.operation.id,
    };
    // What is wrong with hardware is the business of those who run the fleet.
    deps.logger.info({ vm: row.id, ...data, evidence }, 'a VM leaves a node that may fail');
    await commitUnder(guard, deps, [
      eventChange(deps, {
        tenantId: row.tenant_id,
        type: 'vm.moves_off',
        source: 'healing',
        target: row.id,
        priority: isCold ? 'high' : 'normal',
        data,
      }),
    ]);
  }
  return begun;
}
