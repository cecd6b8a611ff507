/** Starts executions when their schedules say so: one server does it for all, under the lease. */
import {
  AutomationSchedule,
  type AutomationSchedule as Schedule,
} from '@novacron/contract/automation/definition';
import { planSchedule } from '@novacron/engine/automation/plan-schedule';
import { makeRng } from '@novacron/engine/rng';
import type { WorkflowTriggerRow } from '../../../ports/tables/automation/workflow-rows.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { readHolds } from '../../kernel/holds/find-hold.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { cancelNow } from '../../kernel/operations/steer-operations.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { nextOf } from '../../resources/workflow/trigger-rows.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { noteOutcome, startByTrigger, type TriggerRound } from './start-by-trigger.ts';

/** How often schedules are looked at; cron lines name minutes. Unit: ms. */
const LOOK_MS = 15_000;

/** Schedules of one round; the others are due in the next one. */
const SCHEDULES_PER_ROUND_MAX = 100;

/** Executions of one schedule in a round: missed ones are made up for a few at a time. */
const STARTS_PER_SCHEDULE_MAX = 10;

/** Starts the executions of schedules. */
export function scheduledRuns(parts: BeginParts<CapabilityDeps>): Reconciler {
  return {
    name: 'workflow-schedules',
    summary: 'Starts executions of workflows by their schedules.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      const { store, clock, logger } = parts.deps;
      const rows = await store.read({
        from: 'workflow_triggers',
        where: { kind: 'schedule', state: 'on', next_ms: { until: clock.nowMs() + 1 } },
        orderBy: { column: 'next_ms', direction: 'asc' },
        limit: SCHEDULES_PER_ROUND_MAX,
        damaged: 'blank',
      });
      for (const row of rows) {
        if (!mayContinue()) return undefined;
        try {
          await runSchedule({ ...parts, guard, mayContinue }, row);
        } catch (cause) {
          logger.warn({ cause, schedule: row.id }, 'a schedule of a workflow was not carried out');
        }
      }
      return undefined;
    },
  };
}

async function runSchedule(round: TriggerRound, first: WorkflowTriggerRow): Promise<void> {
  const nowMs = round.deps.clock.nowMs();
  const schedule: Schedule = AutomationSchedule.parse(JSON.parse(first.spec_json));
  let row = first;
  for (let started = 0; started < STARTS_PER_SCHEDULE_MAX && round.mayContinue(); started += 1) {
    const request = { schedule, lastNominalMs: row.reached, nextMax: 1 };
    const { due, next } = planSchedule(request, { nowMs, rng: makeRng(row.id) });
    const [run] = due;
    if (run === undefined || run.startMs > nowMs) {
      const next_ms = (run ?? next[0])?.startMs ?? null;
      if (next_ms === row.next_ms) return;
      await noteOutcome(round, row, { progress: { reached: row.reached, next_ms }, outcome: null });
      return;
    }
    const reached = run.nominalMs;
    const progress = { reached, next_ms: nextOf({ id: row.id, reached }, schedule, nowMs) };
    const overlap = await makeRoom(round, row, schedule);
    if (overlap === 'waits') {
      // Behind the others, so that those that wait hold up none.
      const later = { reached: row.reached, next_ms: nowMs + LOOK_MS };
      await noteOutcome(round, row, { progress: later, outcome: null });
      return;
    }
    const after =
      overlap === undefined
        ? await startByTrigger(round, {
            row,
            inputs: schedule.inputs ?? {},
            cause: { kind: 'schedule', at: toTimestamp(reached), depth: 1 },
            progress,
          })
        : await noteOutcome(round, row, { progress, outcome: overlap, event: 'skipped' });
    if (after === undefined) return;
    row = after;
  }
}

/**
 * Does what the schedule says about an execution of it that still runs.
 * @returns undefined: it may start; a sentence: it is left out
 */
async function makeRoom(
  round: TriggerRound,
  { started_id, tenant_id }: WorkflowTriggerRow,
  { overlap }: Schedule,
): Promise<string | 'waits' | undefined> {
  const { store, clock } = round.deps;
  const holds = await readHolds(store, { of: 'automation', nowMs: clock.nowMs() });
  if (holds.ofTenant(tenant_id)) return 'waits';
  if (started_id === null || overlap === 'allow') return undefined;
  const where = { id: started_id, finished_at_ms: null };
  const running = await store.count({ from: 'operations', where, limit: 1 });
  if (running === 0) return undefined;
  if (overlap === 'skip') return `${started_id} still runs: it was left out`;
  if (overlap === 'cancel_oldest') {
    await cancelNow(round, started_id, platformContext(round.deps, tenant_id, 'platform'));
  }
  return 'waits';
}
