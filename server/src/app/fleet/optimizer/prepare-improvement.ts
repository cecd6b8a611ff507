/** Prepares the operation of an improvement plan: one live migration a step, one after another. */

import type { OperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { explainImprovement } from '@novacron/engine/placement/optimizer/explain-improvement';
import type {
  ImprovementGoal,
  ImprovementInput,
  ImprovementPlan,
} from '@novacron/engine/placement/optimizer/model/optimizer';
import type { Change, ChangeSet, Store } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { OperationStepDefinition } from '../../kernel/definitions/operation-definition.ts';
import { concatSagas, type Saga } from '../../kernel/operations/saga.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import type { Prepare, WriteScope } from '../../resources/scope.ts';
import { requesterOf } from '../../resources/workflow/requester-of.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { observeFleet } from './observe-fleet.ts';
import { planWithRoom } from './plan-with-room.ts';
import { canPowerDown, powerRule, powerSteps } from './power-node.ts';

/** They rely on the nodes in service: two at a time would undo each other's plans. */
const IMPROVEMENTS: readonly OperationName[] = [
  'node.powerdown',
  'node.powerup',
  'node.drain',
  'optimizer.rebalance',
  'optimizer.consolidate',
  'optimizer.defragment',
  'optimizer.reduce_cost',
];

/** Maximum time that a step waits for a VM that is being changed. */
const BUSY_MS_MAX = 600_000;

/** Request, without the fleet. */
export interface ImprovementAsk extends Pick<ImprovementInput, 'movesMax' | 'failover'> {
  readonly goal: ImprovementGoal;
  /** Action on the emptied nodes; by default they stay on. */
  readonly emptied?: 'keep-on' | 'switch-off';
  /** For a drain: planned end of the maintenance; null: no end. Unit: Unix ms. */
  readonly maintenanceUntilMs?: number | null;
  /** What is committed with the operation. */
  readonly also?: Also;
}

/** Changes that belong to an operation. */
export type Also = (scope: WriteScope) => Partial<Saga>;

/**
 * Prepares an improvement.
 * @param keep - called with the plan of each round; the last one is carried out
 */
export function prepareImprovement(
  ask: ImprovementAsk,
  keep: (plan: ImprovementPlan) => void,
): Prepare<Readonly<Record<string, unknown>>> {
  return async (_input, scope) => {
    const { deps } = scope;
    const fleet = await observeFleet(deps);
    const planned = await planWithRoom(ask, fleet, scope);
    if (!planned.ok) return err([planned.error]);
    const { plan, guards } = planned.value;
    keep(plan);
    const running = await deps.store.read({
      from: 'operations',
      where: RUNNING,
      limit: 1,
      damaged: 'blank',
    });
    if (running[0] !== undefined) return err([anotherOne(running[0])]);
    const rows = fleet.rows.filter(({ name }) => nodesToEmpty(plan).includes(name));
    const isDrain = plan.goal.kind === 'drain';
    const refusal = isDrain ? refuseDrain(plan, rows, scope.context) : undefined;
    if (refusal !== undefined) return err([refusal]);
    const changes = planChanges(plan, rows, ask, scope.context);
    const saga = concatSagas(changes.saga, { reserve: guards }, ask.also?.(scope) ?? {});
    const prepared = { ...changes, saga };
    if (ask.emptied !== 'switch-off') return ok(prepared);
    return ok(await switchOff(prepared, rows, deps.store));
  };
}

/** Operations that change which nodes are in service, and have not ended. */
export const RUNNING = {
  kind: { in: IMPROVEMENTS },
  status: { in: ['running', 'undoing'] },
} as const;

/** Makes the commit fail where one of them has begun since. */
export const REQUIRE_NO_OTHER: Change = {
  kind: 'require-none',
  of: 'operations',
  where: RUNNING,
  otherwise: replan('The fleet'),
};

function planChanges(
  plan: ImprovementPlan,
  rows: readonly Tables['nodes'][],
  { maintenanceUntilMs: untilMs }: ImprovementAsk,
  context: CallContext,
): PreparedWrite {
  const [node] = rows;
  const isDrain = plan.goal.kind === 'drain';
  const setAll = (status: string): ChangeSet => rows.map((row) => setStatus(row, status));
  return {
    resourceKind: isDrain ? 'node' : 'fleet',
    target:
      isDrain && node !== undefined
        ? { id: node.id, name: node.name }
        : { id: 'fleet', name: 'fleet' },
    before: null,
    wanted: {
      goal: plan.goal.kind,
      moves: plan.moves.length,
      emptied: [...plan.emptied],
      ...(untilMs == null ? {} : { maintenance_until: toTimestamp(untilMs) }),
    },
    placement: null,
    saga: {
      reserve: [REQUIRE_NO_OTHER, ...rows.map((row) => beginEmptying(row, untilMs))],
      steps: [...moveSteps(plan), ...stopSteps(plan, context)],
      finalize: setAll(isDrain ? 'maintenance' : 'standby'),
      // A drain wants nothing more on its node, whatever is left there.
      rollback: isDrain ? [] : setAll('ready'),
      release: [],
    },
  };
}

/** Switches the emptied nodes off after the last move, where that is possible. */
async function switchOff(
  prepared: PreparedWrite,
  rows: readonly NodeRow[],
  store: Store,
): Promise<PreparedWrite> {
  const { nodes, vms, snapshots, rules } = await store.snapshot({
    nodes: { from: 'nodes' },
    vms: { from: 'vms' },
    snapshots: { from: 'snapshots', where: { node: { in: rows.map(({ name }) => name) } } },
    rules: { from: 'rule_versions', where: { id: { in: rows.map(({ id }) => powerRule(id)) } } },
  });
  const last = prepared.saga.steps.at(-1);
  const staying = nodes.filter(({ id }) => !rows.some((row) => row.id === id));
  const able = rows.filter((row) => canPowerDown(row, { nodes: staying, vms, snapshots }));
  const off = able.map((row): Change => {
    return { ...setStatus(row, 'standby'), set: { status: 'standby', power: 'off' } };
  });
  const orders = able.map((row) => {
    const version = rules.find(({ id }) => id === powerRule(row.id))?.version ?? 0;
    return powerSteps(row, version, last === undefined ? [] : [last.name]);
  });
  return {
    ...prepared,
    // After an undo that failed the power state is unknown: nothing is placed there until it is on.
    saga: concatSagas(prepared.saga, ...orders, { finalize: off, release: off }),
  };
}

/** A drain is refused when not all VMs can leave the node. */
function nodesToEmpty({ goal, emptied }: ImprovementPlan): readonly string[] {
  return goal.kind === 'drain' ? [goal.node] : emptied;
}

/** Nothing is placed there from now on, and nothing has been placed since the plan was made. */
function beginEmptying(row: Tables['nodes'], untilMs: number | null | undefined): Change {
  return {
    kind: 'update',
    table: 'nodes',
    id: row.id,
    set: {
      status: 'draining',
      woken_json: null,
      ...(untilMs === undefined ? {} : { maintenance_until_ms: untilMs }),
    },
    expect: { status: row.status, vm_count: row.vm_count },
    otherwise: replan(`Node ${row.name}`),
  };
}

function setStatus(row: NodeRow, status: string) {
  return {
    kind: 'update',
    table: 'nodes',
    id: row.id,
    set: { status },
    otherwise: replan(`Node ${row.name}`),
  } as const;
}

/** One after another: the plan guarantees its constraints after each of them. */
export function moveSteps({ moves }: ImprovementPlan): readonly OperationStepDefinition[] {
  return moves.map(({ vmId, tenantId, from, to }, at) => ({
    name: `move-${at + 1}`,
    after: at === 0 ? [] : [`move-${at}`],
    action: { kind: 'migrate-vm', vmId, tenantId, from, to },
    // A failed migration rolls itself back; a completed one has made the fleet no worse.
    undo: null,
    patience: { kind: 'time', durationMs: BUSY_MS_MAX },
  }));
}

/** The VMs that cannot move stop after the last move; one that is stopped already stays so. */
function stopSteps(
  { goal, moves, left }: ImprovementPlan,
  context: CallContext,
): readonly OperationStepDefinition[] {
  if (!stopsWhatStays(goal)) return [];
  const by = requesterOf(context);
  return left.map(({ vmId, tenantId }, at) => ({
    name: `stop-${at + 1}`,
    after: at > 0 ? [`stop-${at}`] : moves.length > 0 ? [`move-${moves.length}`] : [],
    action: { kind: 'write-vm', operation: 'vm.stop', input: { id: vmId }, vmId, tenantId, by },
    undo: null,
    patience: { kind: 'time', durationMs: BUSY_MS_MAX },
  }));
}

function stopsWhatStays(goal: ImprovementGoal): boolean {
  return goal.kind === 'drain' && goal.stops === 'what-stays';
}

function refuseDrain(
  plan: ImprovementPlan,
  rows: readonly Tables['nodes'][],
  { principal: { tenantId: own } }: CallContext,
): Problem | undefined {
  const lost = refuseLostDrain(plan.goal, rows);
  if (lost !== undefined) return lost;
  if (plan.left.length === 0 || stopsWhatStays(plan.goal)) return undefined;
  // Of a VM of another tenant only the id is disclosed.
  const reasons = plan.left.map(
    ({ vm, vmId, tenantId, why }) => `${tenantId === own ? vm : vmId}: ${why}`,
  );
  const ignoring = plan.left.some(({ byFailover }) => byFailover)
    ? ', or ignore N+1 until the node is back (--failover ignore)'
    : '';
  return problem('no-capacity', {
    detail: `${explainImprovement(plan)[0] ?? ''} ${reasons.join('; ')}.`,
    remedy:
      `Start, unpin or delete those VMs, free capacity on other nodes${ignoring}, or stop them ` +
      'there (--stop); --dry-run shows the plan.',
    data: { left: plan.left.map(({ vmId, why }) => ({ vm_id: vmId, why })) },
  });
}

/** Refuses a drain of a node that is lost; `conflict`. Its dry run is refused as well. */
export function refuseLostDrain(
  goal: ImprovementGoal,
  rows: readonly NodeRow[],
): Problem | undefined {
  if (goal.kind !== 'drain') return undefined;
  const row = rows.find(({ name }) => name === goal.node);
  if (row?.status !== 'lost') return undefined;
  return problem('conflict', {
    detail: `Node ${row.name} is lost: its agent does not respond, so no VM can be moved off it.`,
    remedy:
      row.fenced_json === null
        ? `Restart its agent first, then drain the node. If ${row.name} does not come back, make ` +
          `sure that it is off, and confirm it: novacron node confirm-dead ${row.name}.`
        : 'The node is known to be off. Run its VMs on other nodes (novacron vm recover VM), or ' +
          'bring the node back and drain it then.',
    data: { node: row.name, reason: 'node-lost' },
  });
}

function anotherOne({ id, kind }: Tables['operations']): Problem {
  return problem('conflict', {
    detail:
      `${kind} (${id}) is running. Only one operation at a time may change which nodes accept ` +
      'VMs.',
    remedy:
      `Wait for it (novacron operation wait ${id}) or cancel it (novacron operation cancel ` +
      `${id}), and send the request again.`,
    data: { operation_id: id },
  });
}
