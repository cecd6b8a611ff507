/** Finds unusual steps of a metric. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainJudgement } from '@novacron/engine/scaling/anomaly/explain-anomalies';
import type { Judgement, Observation } from '@novacron/engine/scaling/anomaly/model/anomalies';
import { createDetector, FIRST_ROWS } from '@novacron/engine/scaling/anomaly/plan-anomalies';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findTarget, seriesOf } from './find-target.ts';
import { chooseSteps, describeMetric, noSeries } from './read-metrics.ts';
import { readRows } from './read-rows.ts';
import type { Steps } from './summarize-run.ts';

/** Steps before the first one that are judged by: ten days of 5 minutes. */
const HISTORY_ROWS_MAX = 2_880;

/** Rows that are judged before others have their turn: some 10 ms. */
const ROWS_PER_TURN = 250;

const MS_PER_SECOND = 1_000;
const DIGITS = 6;

/** Finds them. Problems: `not-found`, `validation-failed`, `unavailable`. */
export async function showAnomalies(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.anomalies'>,
  context: CallContext,
): Promise<Result<OutputOf<'metric.anomalies'>, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const target = await findTarget(deps, input, context);
  if (!target.ok) return target;
  const steps = chooseSteps(input, deps.clock.nowMs());
  if (!steps.ok) return steps;
  const { name, threshold } = input;
  const { fromS, toS, stepS } = steps.value;
  const all = { ...steps.value, fromS: fromS - HISTORY_ROWS_MAX * stepS };
  const read = await readRows(series.value, { targetId: target.value.id, name }, all);
  if (!read.ok) return read;
  if (read.value === undefined) return err(noSeries(target.value, name));
  const rows = toObservations(read.value, all);
  const judgements = await judgeAll(rows);
  const fromMs = fromS * MS_PER_SECOND;
  const points = rows.flatMap(({ time_ms, value }, at) => {
    const judgement = judgements[at];
    const isShown = judgement !== undefined && time_ms >= fromMs && judgement.score > 0;
    if (!isShown || judgement.score < threshold) return [];
    return [{ at: toTimestamp(time_ms), value: round(value), ...describeJudgement(judgement) }];
  });
  const first = rows[0]?.time_ms ?? fromMs;
  const { unit, kind } = describeMetric(name);
  const found = { rows: rows.length, known: rows.length > FIRST_ROWS, points };
  return ok({
    name,
    unit: kind === 'counter' ? `${unit} per second` : unit,
    kind,
    from: toTimestamp(fromMs),
    to: toTimestamp(toS * MS_PER_SECOND),
    step_seconds: stepS,
    history_from: first < fromMs ? toTimestamp(first) : null,
    ...found,
    explanation: explain(found, { threshold, stepS }),
  });
}

/** The rows that have a value. */
export function toObservations(
  values: readonly number[],
  { fromS, stepS }: Steps,
): readonly Observation[] {
  return values.flatMap((value, at) => {
    const time_ms = (fromS + at * stepS) * MS_PER_SECOND;
    return Number.isFinite(value) ? [{ time_ms, value }] : [];
  });
}

/** Runs work on each row, and lets others have their turns between. */
export async function inTurns<Row, Answer>(
  rows: readonly Row[],
  work: (row: Row) => Answer,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const [at, row] of rows.entries()) {
    if (at > 0 && at % ROWS_PER_TURN === 0) await nextTurn();
    answers.push(work(row));
  }
  return answers;
}

function judgeAll(rows: readonly Observation[]): Promise<readonly Judgement[]> {
  const detector = createDetector();
  return inTurns(rows, (row) => detector.judge(row));
}

function describeJudgement(judgement: Judgement) {
  const { score, expected } = judgement;
  return {
    // A score is never 1, however it is rounded.
    score: Math.min(round(score), 1 - 10 ** -DIGITS),
    expected: Number.isFinite(expected) ? round(expected) : null,
    reason: explainJudgement(judgement),
  };
}

function explain(
  { rows, known, points }: { rows: number; known: boolean; points: readonly unknown[] },
  { threshold, stepS }: { readonly threshold: number; readonly stepS: number },
): string[] {
  if (!known) {
    return [
      `Only ${rows} steps of ${stepS} s have a value, and at least ${FIRST_ROWS + 1} are needed, ` +
        'so nothing is scored. Ask for shorter steps, or later.',
    ];
  }
  return [
    `Steps that score at least ${threshold}: ${points.length}, judged from ${rows} steps of ` +
      `${stepS} s that have a value.`,
  ];
}

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
