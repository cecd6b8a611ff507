/**
 * Starts executions when events of their tenant happen: each trigger reads the events behind the
 * position that it has reached, in their order, so that each starts one execution at most. Tenants
 * share each round: others go on after each execution.
 */
import {
  AutomationTrigger,
  type AutomationTrigger as Trigger,
} from '@novacron/contract/automation/definition';
import { Event } from '@novacron/contract/events/event';
import type { JsonObject } from '@novacron/contract/json';
import { matchTrigger } from '@novacron/engine/automation/workflows/match-trigger';
import { groupBy } from '@novacron/runtime/group-by';
import type { WorkflowTriggerRow } from '../../../ports/tables/automation/workflow-rows.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { toMessage } from '../../kernel/events/relay-events.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { takeTurns } from '../../kernel/reconcilers/take-turns.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { noteOutcome, startByTrigger, type TriggerRound } from './start-by-trigger.ts';
import { CHAIN_LENGTH_MAX, END_OF_CHAIN } from './tasks/chain-of-executions.ts';

/** Interval between reads of events. Unit: ms. */
const LOOK_MS = 5_000;

/** Events of a tenant in one round; the others are read in the next one. */
const EVENTS_PER_ROUND_MAX = 500;

/** Starts the executions of triggers. */
export function triggeredRuns(parts: BeginParts<CapabilityDeps>): Reconciler {
  return {
    name: 'workflow-triggers',
    summary: 'Starts executions of workflows by events of their tenant.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      const rows = await parts.deps.store.read({
        from: 'workflow_triggers',
        where: { kind: 'event', state: 'on' },
        damaged: 'blank',
      });
      const round = { ...parts, guard, mayContinue };
      const works = [...groupBy(rows, (row) => row.tenant_id)].map(([tenantId, own]) => ({
        tenantId,
        work: runTenant(round, tenantId, own),
      }));
      await takeTurns(parts.deps, works, mayContinue);
      return undefined;
    },
  };
}

async function* runTenant(
  round: TriggerRound,
  tenant_id: string,
  rows: readonly WorkflowTriggerRow[],
): AsyncGenerator<void> {
  const reached = Math.min(...rows.map((row) => row.reached));
  const found = await round.deps.store.read({
    from: 'events',
    where: { tenant_id, position: { above: reached } },
    orderBy: { column: 'position', direction: 'asc' },
    limit: EVENTS_PER_ROUND_MAX,
  });
  const events = found.map((row) => Event.parse(toMessage(row)));
  for (const row of rows) {
    if (!round.mayContinue()) return;
    try {
      yield* followEvents(round, row, events);
    } catch (cause) {
      round.deps.logger.warn({ cause, trigger: row.id }, 'a trigger of a workflow failed');
    }
  }
}

async function* followEvents(
  round: TriggerRound,
  first: WorkflowTriggerRow,
  events: readonly Event[],
): AsyncGenerator<void> {
  const trigger: Trigger = AutomationTrigger.parse(JSON.parse(first.spec_json));
  let row = first;
  for (const event of events) {
    if (event.position <= row.reached || Date.parse(event.at) <= row.since_ms) continue;
    const matched = matchTrigger(trigger, event);
    if (matched.ok && matched.value === undefined) continue;
    const after = await follow(round, row, { event, matched });
    // Tried again in the next round, or turned off.
    if (after === undefined) return;
    row = after;
    yield;
  }
  const last = events.at(-1)?.position ?? row.reached;
  if (last > row.reached) {
    await noteOutcome(round, row, { progress: { reached: last, next_ms: null }, outcome: null });
  }
}

async function follow(
  round: TriggerRound,
  row: WorkflowTriggerRow,
  { event, matched }: { readonly event: Event; readonly matched: ReturnType<typeof matchTrigger> },
): Promise<WorkflowTriggerRow | undefined> {
  const progress = { reached: event.position, next_ms: null };
  const refuse = (outcome: string) =>
    noteOutcome(round, row, { progress, outcome, event: 'refused' });
  // Its own refusals start nothing, or each would be followed by another one.
  if (event.type.startsWith('workflow.trigger.') && event.target === row.workflow_id) {
    return noteOutcome(round, row, { progress, outcome: null });
  }
  if (!matched.ok) return refuse(`${event.id} started nothing: ${matched.error}`);
  const depth = (await depthOf(round.deps, event)) + 1;
  if (depth > CHAIN_LENGTH_MAX) {
    const remedy = 'narrow the trigger so that it does not see their events';
    return refuse(`${event.id} started nothing: ${END_OF_CHAIN}; ${remedy}`);
  }
  const inputs: JsonObject = matched.value ?? {};
  const cause = { kind: 'event', event_id: event.id, type: event.type, depth } as const;
  return startByTrigger(round, { row, inputs, cause, progress });
}

/** Returns the number of executions that led to an event; 0 if there are none. */
async function depthOf(deps: CapabilityDeps, { data }: Event): Promise<number> {
  // Events about steps and approvals name their execution only.
  const operationId = data.operation_id ?? data.execution_id;
  if (typeof operationId !== 'string') return 0;
  const row = (await findRun(deps, operationId)) ?? (await findCaller(deps, operationId));
  if (row === undefined) return 0;
  return deps.definitions.read(row).execution?.cause?.depth ?? 1;
}

async function findRun({ store }: CapabilityDeps, id: string) {
  const [row] = await store.read({ from: 'operations', where: { id, kind: 'workflow.run' } });
  return row;
}

/** The execution that has begun an operation; undefined where none has. */
async function findCaller(deps: CapabilityDeps, operationId: string) {
  const [attempt] = await deps.store.read({
    from: 'execution_steps',
    where: { operation_id: operationId },
    limit: 1,
    damaged: 'blank',
  });
  return attempt === undefined ? undefined : findRun(deps, attempt.execution_id);
}
