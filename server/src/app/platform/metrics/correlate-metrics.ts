/** Finds metrics that move together. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainCorrelation } from '@novacron/engine/scaling/correlation/explain-correlation';
import type {
  Correlation,
  NamedSeries,
} from '@novacron/engine/scaling/correlation/model/correlation';
import {
  createComparison,
  lagsOf,
  orderCorrelations,
} from '@novacron/engine/scaling/correlation/plan-correlation';
import type { MetricSeries } from '../../../ports/metric-series.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findTarget, type NamedTarget, seriesOf } from './find-target.ts';
import { chooseSteps, noSeries } from './read-metrics.ts';
import { readRows } from './read-rows.ts';
import type { Steps } from './summarize-run.ts';

const MS_PER_SECOND = 1_000;
const DAY_S = 86_400;
const DIGITS = 4;

/** A metric of a target. */
interface Measured {
  readonly target: NamedTarget;
  readonly name: string;
}

/** Compares them. Problems: `not-found`, `validation-failed`, `unavailable`. */
export async function correlateMetrics(
  deps: CapabilityDeps,
  input: ParsedInputOf<'metric.correlate'>,
  context: CallContext,
): Promise<Result<OutputOf<'metric.correlate'>, Problem>> {
  const series = seriesOf(deps);
  if (!series.ok) return series;
  const target = await findTarget(deps, input, context);
  if (!target.ok) return target;
  const steps = chooseSteps(input, deps.clock.nowMs());
  if (!steps.ok) return steps;
  const first = { target: target.value, name: input.name };
  const asked = { input, series: series.value, first };
  const others = await findOthers(deps, asked, context);
  if (!others.ok) return others;
  const compared = await compareAll(asked, others.value, steps.value);
  if (!compared.ok) return compared;
  const { fromS, toS, stepS } = steps.value;
  const { lag_steps_max: lagMax, name } = input;
  const correlations = [...compared.value.keys()];
  const plan = orderCorrelations({ name, lags: lagsOf(lagMax), correlations });
  return ok({
    name,
    from: toTimestamp(fromS * MS_PER_SECOND),
    to: toTimestamp(toS * MS_PER_SECOND),
    step_seconds: stepS,
    correlations: plan.correlations.map((each) => {
      const other = compared.value.get(each) ?? first;
      return { name: other.name, target: other.target.name, ...describe(each, stepS) };
    }),
    explanation: [...explainCorrelation(plan, stepS)],
  });
}

/** Compares one after another, and lets other requests have their turns between. */
async function compareAll(
  { input, series, first }: Asked,
  others: readonly Measured[],
  steps: Steps,
): Promise<Result<ReadonlyMap<Correlation, Measured>, Problem>> {
  const { stepS } = steps;
  const left = await readNamed(series, first, { steps, first });
  if (!left.ok) return left;
  const compareWith = createComparison({
    series: left.value,
    others,
    lagMax: input.lag_steps_max,
    daySteps: DAY_S % stepS === 0 ? DAY_S / stepS : 0,
  });
  const compared = new Map<Correlation, Measured>();
  for (const other of others) {
    const right = await readNamed(series, other, { steps, first });
    if (!right.ok) return right;
    compared.set(compareWith(right.value), other);
    await nextTurn();
  }
  return ok(compared);
}

interface Asked {
  readonly input: ParsedInputOf<'metric.correlate'>;
  readonly series: MetricSeries;
  readonly first: Measured;
}

/** The metrics that are named, or all others of the target. */
async function findOthers(
  deps: CapabilityDeps,
  { input, series, first }: Asked,
  context: CallContext,
): Promise<Result<readonly Measured[], Problem>> {
  const { target } = first;
  if (input.others === undefined) {
    const found = await series.list(target.id);
    if (!found.ok) return found;
    const names = found.value.map(({ name }) => name).filter((name) => name !== input.name);
    return ok(names.map((name) => ({ target, name })));
  }
  const others: Measured[] = [];
  for (const { name, ...asked } of input.others) {
    const found = await findTarget(deps, asked, context);
    if (!found.ok) return found;
    others.push({ target: found.value, name });
  }
  return ok(others);
}

/** @param among - the steps, and the metric whose target needs no mention */
async function readNamed(
  series: MetricSeries,
  { target, name }: Measured,
  { steps, first }: { readonly steps: Steps; readonly first: Measured },
): Promise<Result<NamedSeries, Problem>> {
  const rows = await readRows(series, { targetId: target.id, name }, steps);
  if (!rows.ok) return rows;
  if (rows.value === undefined) return err(noSeries(target, name));
  const shown = target.id === first.target.id ? name : `${name} of ${target.name}`;
  return ok({ name: shown, values: rows.value });
}

function describe(
  { verdict, lag, coefficient, n, effectiveN, probability }: Correlation,
  stepS: number,
) {
  const isMeasured = verdict === 'correlated' || verdict === 'chance';
  return {
    verdict,
    lag_steps: isMeasured ? lag : null,
    lag_seconds: isMeasured ? lag * stepS : null,
    coefficient: isMeasured ? round(coefficient) : null,
    n,
    effective_n: Math.floor(effectiveN),
    chance: isMeasured ? round(probability) : null,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
