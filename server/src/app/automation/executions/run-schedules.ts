/**
 * Starts executions when their schedules say so: one server does it for all, under the lease.
 * Tenants share each round, so that one with many due schedules delays the others by its turn only.
 */
import {
  AutomationSchedule,
  type AutomationSchedule as Schedule,
} from '@novacron/contract/automation/definition';
import { planSchedule } from '@novacron/engine/automation/workflows/plan-schedule';
import { planShares } from '@novacron/engine/automation/workflows/plan-shares';
import { makeRng } from '@novacron/engine/rng';
import type { WorkflowTriggerRow } from '../../../ports/tables/automation/workflow-rows.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { readHolds } from '../../kernel/holds/find-hold.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { cancelNow } from '../../kernel/operations/steer-operations.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { takeTurns } from '../../kernel/reconcilers/take-turns.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { nextOf } from '../../resources/workflow/trigger-rows.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type PollDeps, skipPoll } from '../gitops/skip-poll.ts';
import { findMoments, insertMoment } from './backfill/moment-rows.ts';
import { noteOutcome, startByTrigger, type TriggerRound } from './start-by-trigger.ts';
import { openSecretFor } from './use-secrets.ts';

/**
 * Interval between checks of schedules; cron expressions have a resolution of minutes. Unit: ms.
 */
const LOOK_MS = 15_000;

/** A clock that is set back by less, as it happens every day, needs no correction. Unit: ms. */
const AHEAD_MS_MAX = 60_000;

/** Schedules of one round; the others are due in the next one. */
const SCHEDULES_PER_ROUND_MAX = 100;

/** Executions of one schedule in a round: missed ones are made up for a few at a time. */
const STARTS_PER_SCHEDULE_MAX = 10;

/** Starts the executions of schedules. */
export function scheduledRuns(parts: BeginParts<CapabilityDeps>): Reconciler {
  let lastTenantId = '';
  return {
    name: 'workflow-schedules',
    summary: 'Starts executions of workflows by their schedules.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      const round = { ...parts, guard, mayContinue };
      await continueFromNow(round);
      const { rows, cutAfter } = await readDue(parts.deps, lastTenantId);
      lastTenantId = cutAfter ?? lastTenantId;
      const works = rows.map((row) => ({
        tenantId: row.tenant_id,
        work: runSchedule(round, row),
      }));
      await takeTurns(parts.deps, works, mayContinue);
      return undefined;
    },
  };
}

/**
 * Lets schedules go on that have reached a moment in the future: the clock was ahead, and they
 * would start nothing until then. A moment whose execution has begun is not started again.
 */
async function continueFromNow(round: TriggerRound): Promise<void> {
  const { store, clock, logger } = round.deps;
  const nowMs = clock.nowMs();
  const ahead = await store.read({
    from: 'workflow_triggers',
    where: { kind: 'schedule', state: 'on', reached: { above: nowMs + AHEAD_MS_MAX } },
    limit: SCHEDULES_PER_ROUND_MAX,
    damaged: 'blank',
  });
  for (const row of ahead) {
    const schedule: Schedule = AutomationSchedule.parse(JSON.parse(row.spec_json));
    const next_ms = nextOf({ id: row.id, reached: nowMs }, schedule, nowMs);
    logger.warn({ schedule: row.id }, 'the clock was ahead: a schedule goes on from now');
    await noteOutcome(round, row, { progress: { reached: nowMs, next_ms }, outcome: null });
  }
}

/** Schedules that are due now. */
interface DueSchedules {
  readonly rows: readonly WorkflowTriggerRow[];
  /** The last tenant that has some among them, where not all tenants have. */
  readonly cutAfter: string | undefined;
}

/** Reads the schedules of one round, those of each tenant by the moment at which they are due. */
async function readDue(
  { store, clock }: CapabilityDeps,
  lastTenantId: string,
): Promise<DueSchedules> {
  const isDue = {
    kind: 'schedule',
    state: 'on',
    next_ms: { until: clock.nowMs() + 1 },
  } as const;
  const groups = await store.tally({ from: 'workflow_triggers', where: isDue, by: ['tenant_id'] });
  const counts = groups
    .map(({ values: [tenantId], total }) => [tenantId ?? '', total] as const)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  // Those that the last round had no place for come first.
  const behind = counts.filter(([tenantId]) => tenantId > lastTenantId);
  const before = counts.filter(([tenantId]) => tenantId <= lastTenantId);
  const shares = planShares(new Map([...behind, ...before]), SCHEDULES_PER_ROUND_MAX);
  const rows: WorkflowTriggerRow[] = [];
  for (const [tenant_id, limit] of shares) {
    const own = await store.read({
      from: 'workflow_triggers',
      where: { ...isDue, tenant_id },
      orderBy: { column: 'next_ms', direction: 'asc' },
      limit,
      damaged: 'blank',
    });
    rows.push(...own);
  }
  return { rows, cutAfter: shares.size < counts.length ? [...shares.keys()].at(-1) : undefined };
}

/** Others may go on after each execution that it has started. */
async function* runSchedule(round: TriggerRound, row: WorkflowTriggerRow): AsyncGenerator<void> {
  try {
    yield* startDue(round, row);
  } catch (cause) {
    const { logger } = round.deps;
    logger.warn({ cause, schedule: row.id }, 'a schedule of a workflow could not be run');
  }
}

async function* startDue(round: TriggerRound, first: WorkflowTriggerRow): AsyncGenerator<void> {
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
    const after = await startRun(round, { row, schedule, nominalMs: run.nominalMs, nowMs });
    if (after === undefined) return;
    row = after;
    yield;
  }
}

/**
 * Starts the execution of a moment.
 * @returns the row as it is then; undefined: no more of it now
 */
async function startRun(
  round: TriggerRound,
  of: {
    readonly row: WorkflowTriggerRow;
    readonly schedule: Schedule;
    readonly nominalMs: number;
    readonly nowMs: number;
  },
): Promise<WorkflowTriggerRow | undefined> {
  const { row, schedule, nominalMs: reached, nowMs } = of;
  const progress = { reached, next_ms: nextOf({ id: row.id, reached }, schedule, nowMs) };
  const moment = { schedule: row, nominalMs: reached };
  const known = await findMoments(round.deps, [moment]);
  // A backfill was faster.
  if (known.size > 0) return noteOutcome(round, row, { progress, outcome: null });
  const overlap = await makeRoom(round, row, schedule);
  if (overlap === 'waits') {
    // Behind the others, so that those that wait hold up none.
    const later = { reached: row.reached, next_ms: nowMs + LOOK_MS };
    await noteOutcome(round, row, { progress: later, outcome: null });
    return undefined;
  }
  if (overlap !== undefined) {
    return noteOutcome(round, row, { progress, outcome: overlap, event: 'skipped' });
  }
  const { deps } = round;
  const openSecret: PollDeps['openSecret'] = (...asked) => openSecretFor(deps, ...asked);
  const idle = await skipPoll({ ...deps, openSecret }, row.workflow_id);
  if (idle !== undefined) return noteOutcome(round, row, { progress, outcome: idle });
  const cause = { kind: 'schedule', at: toTimestamp(reached), depth: 1 } as const;
  return startByTrigger(round, {
    row,
    inputs: schedule.inputs ?? {},
    cause,
    progress,
    once: (executionId) => insertMoment(moment, { execution_id: executionId, source: 'schedule' }),
  });
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
  if (overlap === 'skip') return `skipped: ${started_id} is still running`;
  if (overlap === 'cancel_oldest') {
    await cancelNow(round, started_id, platformContext(round.deps, tenant_id, 'platform'));
  }
  return 'waits';
}
