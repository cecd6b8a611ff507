/** `novacron workflow plan`: a dry run without a server. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { parseDuration } from '@novacron/contract/formats/duration';
import { readMoment } from '@novacron/contract/formats/read-moment';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainRun } from '@novacron/engine/automation/workflows/explain-run';
import type { SchedulePlan } from '@novacron/engine/automation/workflows/model/automation';
import { planRun } from '@novacron/engine/automation/workflows/plan-run';
import { planSchedule } from '@novacron/engine/automation/workflows/plan-schedule';
import { makeRng } from '@novacron/engine/rng';
import { readPairs } from '../../arguments/run-input-option.ts';
import { type Failure, findingsFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { countOf } from '../../output/count-of.ts';
import { plainLine } from '../../output/plain-text.ts';
import {
  type DefinitionKind,
  findingsOutcome,
  inFile,
  linesOf,
  readDefinitionFile,
} from './read-definition-file.ts';

/** Runs to come that are listed of each schedule. */
const NEXT_MAX = 3;

/** Definition to plan. */
export interface PlanRequest {
  readonly file: string;
  readonly kind: DefinitionKind;
  /** `NAME=VALUE` each. */
  readonly inputs: readonly string[];
  /** `STEP=DURATION` each. */
  readonly durations: readonly string[];
  readonly lastRun: string | undefined;
}

/** Plans a run. Failures: wrong usage; findings where definition or inputs have mistakes. */
export async function planDefinition(
  io: Pick<CliIo, 'readText' | 'now'>,
  request: PlanRequest,
): Promise<Outcome> {
  const { file, kind, lastRun } = request;
  const inputs = readPairs(request.inputs, 'input');
  if (!inputs.ok) return { failure: inputs.error };
  const nowMs = io.now().getTime();
  const lastNominalMs = lastRun === undefined ? nowMs : readMoment(lastRun, nowMs);
  if (lastNominalMs === undefined) {
    const forms = 'a time such as 2026-11-20T08:00:00Z, or a duration before now such as 7d';
    return { failure: usageFailure(`--last-run must be ${forms}`) };
  }
  const read = await readDefinitionFile(io, file, kind);
  if (!read.ok) return { failure: read.error };
  if (!read.value.ok) return findingsOutcome(read.value.error);
  const { definition, warnings } = read.value.value;
  const durationsMs = readDurations(request.durations, definition);
  if (!durationsMs.ok) return { failure: durationsMs.error };
  const given = Object.fromEntries(inputs.value);
  const plan = planRun(definition, { inputs: given, durationsMs: durationsMs.value });
  if (!plan.ok) {
    const lines = plan.error.map(({ path, message }) => `${path} ${message}`);
    const text = lines.map((line) => `${plainLine(line)}\n`).join('');
    const value = plan.error.map((fault) => ({ ...fault }));
    const failure = findingsFailure(`a run would be refused: ${countOf(lines.length, 'mistake')}`);
    return { document: { kind: 'report', value, text }, failure };
  }
  const schedules = planSchedules(definition, lastNominalMs, nowMs);
  const text = [
    linesOf(inFile(file, warnings)),
    ...[...explainRun(plan.value), ...schedules.flatMap(linesOfSchedule)].map(
      (line) => `${plainLine(line)}\n`,
    ),
  ].join('');
  return { document: { kind: 'report', value: { ...plan.value, schedules }, text } };
}

function readDurations(
  texts: readonly string[],
  { steps }: AutomationDefinition,
): Result<ReadonlyMap<string, number>, Failure> {
  const pairs = readPairs(texts, 'duration');
  if (!pairs.ok) return pairs;
  const durationsMs = new Map<string, number>();
  for (const [id, text] of pairs.value) {
    const durationMs = parseDuration(text);
    if (!steps.some((step) => step.id === id)) {
      return err(usageFailure(`--duration names ${id}, which is not a step`));
    }
    if (durationMs === undefined) {
      return err(usageFailure(`--duration of ${id} must be a duration such as 90s, not ${text}`));
    }
    durationsMs.set(id, durationMs);
  }
  return ok(durationsMs);
}

/** A schedule with the moments of its runs, as people and programs read them. */
interface ShownSchedule {
  readonly cron: string;
  readonly timezone: string;
  readonly due: readonly string[];
  readonly skipped: number;
  readonly next: readonly string[];
}

function planSchedules(
  { name, schedules = [] }: AutomationDefinition,
  lastNominalMs: number,
  nowMs: number,
): readonly ShownSchedule[] {
  return schedules.map((schedule, index) => {
    const env = { nowMs, rng: makeRng(name).fork(`schedule ${index}`) };
    const plan = planSchedule({ schedule, lastNominalMs, nextMax: NEXT_MAX }, env);
    const { cron, timezone } = schedule;
    return { cron, timezone, skipped: plan.skipped, ...momentsOf(plan) };
  });
}

function momentsOf({ due, next }: SchedulePlan): Pick<ShownSchedule, 'due' | 'next'> {
  const momentOf = ({ startMs }: SchedulePlan['next'][number]) => new Date(startMs).toISOString();
  return { due: due.map(momentOf), next: next.map(momentOf) };
}

function linesOfSchedule({ cron, timezone, due, skipped, next }: ShownSchedule): readonly string[] {
  return [
    `schedule ${cron} (${timezone})`,
    ...due.map((moment) => `  due since ${moment}`),
    ...(skipped === 0 ? [] : [`  ${countOf(skipped, 'run')} missed and not made up for`]),
    ...next.map((moment) => `  next ${moment}`),
  ];
}
