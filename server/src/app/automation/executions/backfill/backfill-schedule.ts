/**
 * Starts executions for moments of a schedule that are over, in order. The commit that admits an
 * execution stores its moment, so that a request that is sent again, or was ended in the middle,
 * goes on where it was.
 */

import {
  BACKFILL_MAX,
  type Backfill,
  BackfillMoment,
} from '@novacron/contract/automation/backfill';
import type { AutomationSchedule } from '@novacron/contract/automation/definition';
import { readMoment } from '@novacron/contract/formats/read-moment';
import { WorkflowId } from '@novacron/contract/ids';
import {
  operationRow,
  operations,
  type ParsedInputOf,
} from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { listMoments } from '@novacron/engine/automation/workflows/plan-schedule';
import type {
  ScheduleMomentRow,
  WorkflowRow,
} from '../../../../ports/tables/automation/workflow-rows.ts';
import { forbiddenCall, mayCall } from '../../../access/identity/may-call.ts';
import type { BeginParts } from '../../../kernel/arbitration/platform-write.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { admitWrite } from '../../../kernel/write/admit-write.ts';
import { extendPlan } from '../../../kernel/write/checked-write.ts';
import { refuseByPolicy } from '../../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { findWorkflow } from '../../../resources/workflow/read-workflows.ts';
import { triggerIdOf } from '../../../resources/workflow/trigger-rows.ts';
import { definitionOf } from '../../../resources/workflow/workflow-row.ts';
import { toTimestamp } from '../../../rows/to-timestamp.ts';
import { findMoments, insertMoment, momentIdOf, type ScheduleMoment } from './moment-rows.ts';

/** Dependencies of backfills. */
export interface BackfillParts extends BeginParts<CapabilityDeps> {
  /** For how long it is known which moments have started executions. Unit: ms. */
  readonly knownMs: number;
}

type Input = ParsedInputOf<'workflow.backfill'>;
type Started = ReadonlyMap<string, ScheduleMomentRow>;

const MS_PER_DAY = 86_400_000;

/** Workflow and period of a backfill. */
interface Period {
  readonly row: WorkflowRow;
  readonly place: number;
  readonly schedule: AutomationSchedule;
  /** All moments, oldest first. */
  readonly moments: readonly ScheduleMoment[];
}

/**
 * Shows the moments of a period, or starts those that have not been.
 * Problems: `not-found`, `validation-failed` where the period or its count is not as it must be,
 * those of policies, and those of starts: what was started before them stays.
 */
export async function backfillSchedule(
  parts: BackfillParts,
  input: Input,
  context: CallContext,
): Promise<Result<Backfill, Problem>> {
  const { deps } = parts;
  const found = await findWorkflow(deps, input.id, context);
  if (!found.ok) return found;
  const period = readPeriod(parts, found.value, input);
  if (!period.ok) return period;
  const before = await findMoments(deps, period.value.moments);
  if (input.dry_run) return ok(toBackfill(period.value, before, 0));
  const refusal = await refuseStart(deps, period.value, input, context);
  if (refusal !== undefined) return err(refusal);
  let started = 0;
  for (const moment of period.value.moments) {
    if (before.has(momentIdOf(moment))) continue;
    const done = await startMoment(parts, period.value, moment, context);
    if (!done.ok) return err(stoppedAt(done.error, { moment, started }));
    started += done.value === 'started' ? 1 : 0;
  }
  return ok(toBackfill(period.value, await findMoments(deps, period.value.moments), started));
}

function readPeriod(
  { deps, knownMs }: BackfillParts,
  row: WorkflowRow,
  { schedule: asked, from, until }: Input,
): Result<Period, Problem> {
  const { schedules = [] } = definitionOf(row).definition;
  const place = asked ?? (schedules.length === 1 ? 0 : undefined);
  const schedule = place === undefined ? undefined : schedules[place];
  if (place === undefined || schedule === undefined) {
    const lines = schedules.map(({ cron, timezone }, at) => `${at}: ${cron} ${timezone}`);
    const list = lines.length === 0 ? 'it has none' : lines.join(', ');
    const why = asked === undefined ? 'needs the index of a schedule' : `has no schedule ${asked}`;
    return err(refused(row, { path: 'schedule', why, remedy: `Its schedules are: ${list}.` }));
  }
  const nowMs = deps.clock.nowMs();
  const fromMs = readMoment(from, nowMs) ?? 0;
  const untilMs = readMoment(until, nowMs) ?? 0;
  if (fromMs >= untilMs) {
    const remedy = 'Give a period: from is its start, and until its exclusive end.';
    return err(refused(row, { path: 'until', why: 'needs an end after its start', remedy }));
  }
  if (untilMs > nowMs) {
    const remedy = 'Give an end in the past; the schedule itself starts future runs.';
    return err(refused(row, { path: 'until', why: 'needs a period in the past', remedy }));
  }
  if (fromMs < nowMs - knownMs) {
    const days = Math.floor(knownMs / MS_PER_DAY);
    const why = 'needs a period whose executions are still stored';
    const remedy = `Give a start at most ${days} days ago: older executions were deleted.`;
    return err(refused(row, { path: 'from', why, remedy }));
  }
  const moments = listMoments(schedule, { fromMs, untilMs, max: BACKFILL_MAX + 1 });
  if (moments.length > BACKFILL_MAX) {
    const why = `has more than ${BACKFILL_MAX} scheduled times in the period`;
    const [end = untilMs] = moments.slice(-1);
    const remedy = `Backfill a part of it first, such as until ${toTimestamp(end)}.`;
    return err(refused(row, { path: 'until', why, remedy }));
  }
  const id = triggerIdOf(row, { kind: 'schedule', spec: schedule });
  const of = { id, tenant_id: row.tenant_id };
  return ok({
    row,
    place,
    schedule,
    moments: moments.map((nominalMs) => ({ schedule: of, nominalMs })),
  });
}

/** Explains why the backfill cannot start at all. */
async function refuseStart(
  deps: CapabilityDeps,
  { row, moments }: Period,
  { confirm }: Input,
  context: CallContext,
): Promise<Problem | undefined> {
  if (confirm !== moments.length) {
    const given = confirm === undefined ? 'none was given' : `${confirm} was given`;
    const count = moments.length;
    const why = `must be confirmed with its number of scheduled times, ${count}, but ${given}`;
    const remedy = 'Review what it would start (dry_run), and confirm the count shown there.';
    return refused(row, { path: 'confirm', why, remedy });
  }
  const { principal } = context;
  if (!mayCall(principal, 'workflow.run')) {
    return forbiddenCall('workflow.run', operationRow('workflow.run').role, principal);
  }
  return refuseByPolicy(deps, context, {
    operation: 'workflow.backfill',
    resourceKind: 'workflow',
    target: { id: row.id, name: row.name },
    before: null,
    wanted: { kind: row.kind, version: row.version, digest: row.digest, moments: moments.length },
  });
}

/** Starts the execution of one moment, unless another request was faster. */
async function startMoment(
  { deps, executor }: BackfillParts,
  { row, schedule }: Period,
  moment: ScheduleMoment,
  context: CallContext,
): Promise<Result<'started' | 'was started', Problem>> {
  const prepare = deps.writes['workflow.run'];
  const withMoment: typeof prepare = async (asked, scope) => {
    const stored = insertMoment(moment, { execution_id: scope.operationId, source: 'backfill' });
    const cause = { kind: 'schedule', at: toTimestamp(moment.nominalMs), depth: 1 } as const;
    return extendPlan(await prepare(asked, scope), ({ saga, execution, ...rest }) => {
      const caused = execution === undefined ? {} : { execution: { ...execution, cause } };
      return { ...rest, ...caused, saga: { ...saga, reserve: [...saga.reserve, stored] } };
    });
  };
  const asked = { id: row.id, at_version: row.version, inputs: schedule.inputs ?? {} };
  const input = operations['workflow.run'].input.parse(asked);
  const done = await admitWrite('workflow.run', input, withMoment, deps, context);
  if (!done.ok) {
    const known = await findMoments(deps, [moment]);
    return known.size > 0 ? ok('was started') : done;
  }
  if (done.value.operation.status === 'running') executor.start(done.value.operation);
  return ok('started');
}

/** The problem of a start, with what was started before it. */
function stoppedAt(
  { code, detail, remedy, ...rest }: Problem,
  { moment, started }: { readonly moment: ScheduleMoment; readonly started: number },
): Problem {
  const at = toTimestamp(moment.nominalMs);
  return {
    ...rest,
    code,
    detail: `The backfill started ${started} executions and stopped at ${at}. ${detail}`,
    remedy: `${remedy} Sending the same request again continues from there.`,
  };
}

function refused(
  { name }: WorkflowRow,
  { path, why, remedy }: Readonly<Record<'path' | 'why' | 'remedy', string>>,
): Problem {
  return problem('validation-failed', {
    detail: `A backfill of ${name} is refused: it ${why}.`,
    remedy,
    fields: [{ path: [path], message: why }],
  });
}

function toBackfill(
  { row, place, schedule, moments }: Period,
  known: Started,
  started: number,
): Backfill {
  const { cron, timezone, inputs = {} } = schedule;
  return {
    workflow_id: WorkflowId.parse(row.id),
    workflow: row.name,
    version: row.version,
    schedule: place,
    cron,
    timezone,
    inputs,
    count: moments.length,
    started,
    moments: moments.map((moment) => {
      const found = known.get(momentIdOf(moment));
      return BackfillMoment.parse({
        at: toTimestamp(moment.nominalMs),
        status: found === undefined ? 'to_start' : 'started',
        execution_id: found?.execution_id ?? null,
        started_by: found?.source ?? null,
      });
    }),
  };
}
