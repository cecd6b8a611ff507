/**
 * Plans when a schedule starts runs: by its cron line and time zone, without the dates that it
 * excepts, with jitter, and with those that were missed.
 * Sources: croner for daylight saving time; Temporal's schedules for missed runs.
 */
import { type AutomationSchedule, durationMsOf } from '@novacron/contract/automation/definition';
import { assert } from '@novacron/contract/result';
import type { Cron } from 'croner';
import { compileCron } from '../../compile-cron.ts';
import type { Env, Rng } from '../../env.ts';
import type { ScheduledRun, SchedulePlan } from './model/automation.ts';

const SECOND_MS = 1_000;

/** Offsets of time zones are multiples of it, so that each date begins at one. */
const QUARTER_MS = 900_000;

/** A run that begins this much late is on time: servers look at schedules now and then. */
const ON_TIME_MS = 60_000;

/** Moments that one plan looks back at; of more the oldest are left. */
const MISSED_MAX = 1_000;

/** A year and a day of dates that are excepted. */
const SEARCH_MS_MAX = 367 * 86_400_000;

/** Input for planning a schedule. */
export interface ScheduleRequest {
  /** Without errors: its line and its zone have been checked. */
  readonly schedule: AutomationSchedule;
  /** The nominal moment of the last run that was started or skipped; later ones are due. */
  readonly lastNominalMs: number;
  /** Maximum number of upcoming runs listed. */
  readonly nextMax: number;
}

/**
 * Plans a schedule.
 * @param request - the schedule and its last run
 * @param env - `rng` decides about jitter: a moment has the same jitter in every plan
 */
export function planSchedule(request: ScheduleRequest, env: Env): SchedulePlan {
  const { schedule, nextMax } = request;
  const cron = cronOf(schedule);
  const isExcepted = exceptionsOf(schedule);
  const toRun = (nominalMs: number) => withJitter(nominalMs, schedule, env.rng);
  const passed = listPassed(cron, request, env.nowMs).filter((atMs) => !isExcepted(atMs));
  const due = chooseDue(passed, schedule, env.nowMs);
  const next: ScheduledRun[] = [];
  for (let afterMs = env.nowMs; next.length < nextMax; ) {
    const nominalMs = nextOf(cron, afterMs, isExcepted);
    if (nominalMs === undefined) break;
    next.push(toRun(nominalMs));
    afterMs = nominalMs;
  }
  return { due: due.map(toRun), skipped: passed.length - due.length, next };
}

/**
 * Lists the moments of a period, without jitter and excepted dates, oldest first.
 * @param period - from its begin until before its end; `max`: how many are listed at most
 */
export function listMoments(
  schedule: AutomationSchedule,
  { fromMs, untilMs, max }: Readonly<Record<'fromMs' | 'untilMs' | 'max', number>>,
): readonly number[] {
  const cron = cronOf(schedule);
  const isExcepted = exceptionsOf(schedule);
  const moments: number[] = [];
  // The library looks behind a moment, and one at the begin is a part of the period.
  for (let afterMs = fromMs - 1; moments.length < max; ) {
    const atMs = nextOf(cron, afterMs, isExcepted);
    if (atMs === undefined || atMs >= untilMs) return moments;
    moments.push(atMs);
    afterMs = atMs;
  }
  return moments;
}

function cronOf({ cron, timezone }: AutomationSchedule): Cron {
  const compiled = compileCron({ schedule: cron, timezone });
  assert(compiled.ok, 'the cron line of a checked schedule can be read');
  return compiled.value;
}

/** The moments since the last run, oldest first. */
function listPassed(cron: Cron, { lastNominalMs }: ScheduleRequest, nowMs: number): number[] {
  const moments: number[] = [];
  // The library looks before a moment, and a run is due at the moment itself.
  let reference = new Date((Math.floor(nowMs / SECOND_MS) + 1) * SECOND_MS);
  while (moments.length < MISSED_MAX) {
    const [moment] = cron.previousRuns(1, reference);
    if (moment === undefined || moment.getTime() <= lastNominalMs) break;
    if (moment.getTime() <= nowMs) moments.push(moment.getTime());
    reference = moment;
  }
  return moments.reverse();
}

function chooseDue(
  passed: readonly number[],
  { missed, catch_up: catchUp }: AutomationSchedule,
  nowMs: number,
): readonly number[] {
  const catchUpMs = missed === 'skip' ? ON_TIME_MS : durationMsOf(catchUp);
  const timely = passed.filter((atMs) => nowMs - atMs <= catchUpMs);
  return missed === 'all' ? timely : timely.slice(-1);
}

/** The first moment after another that is not excepted. */
function nextOf(
  cron: Cron,
  afterMs: number,
  isExcepted: (atMs: number) => boolean,
): number | undefined {
  let reference = afterMs;
  while (reference - afterMs <= SEARCH_MS_MAX) {
    const found = cron.nextRun(new Date(reference))?.getTime();
    if (found === undefined || !isExcepted(found)) return found;
    reference = endOfExcepted(found, isExcepted) - SECOND_MS;
  }
  return undefined;
}

/** Returns the start of the next date that is not excepted. */
function endOfExcepted(atMs: number, isExcepted: (atMs: number) => boolean): number {
  let at = (Math.floor(atMs / QUARTER_MS) + 1) * QUARTER_MS;
  while (isExcepted(at) && at - atMs <= SEARCH_MS_MAX) at += QUARTER_MS;
  return at;
}

/** Whether a moment lies on a date that the schedule excepts, in its time zone. */
function exceptionsOf({ except = [], timezone }: AutomationSchedule): (atMs: number) => boolean {
  if (except.length === 0) return () => false;
  const spans = except.map((dates) => {
    const [first = '', last = first] = dates.split('/');
    return { first, last };
  });
  // Canada writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (atMs) => {
    const date = format.format(new Date(atMs));
    return spans.some(({ first, last }) => first <= date && date <= last);
  };
}

function withJitter(nominalMs: number, { jitter }: AutomationSchedule, rng: Rng): ScheduledRun {
  const jitterMs = jitter === undefined ? 0 : durationMsOf(jitter);
  const delayMs = Math.floor(rng.fork(`jitter ${nominalMs}`).next() * jitterMs);
  return { nominalMs, startMs: nominalMs + delayMs };
}
