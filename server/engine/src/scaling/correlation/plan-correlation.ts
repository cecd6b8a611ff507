/** Which series move together with a series, and how many steps earlier or later? */
import type {
  Correlation,
  CorrelationPlan,
  CorrelationQuestion,
  NamedSeries,
} from './model/correlation.ts';
import { autocorrelationLags, chanceOf, effectiveSize } from './rules/measure-chance.ts';
import { type LagCoefficient, measureLag } from './rules/measure-lag.ts';
import { type RankedChanges, rankChanges } from './rules/rank-changes.ts';

/** Fewer pairs, or fewer independent ones, say nothing. */
const PAIRS_MIN = 30;
const INDEPENDENT_MIN = 10;

/** What chance explains more often than this is not called correlated. */
const CHANCE_MAX = 0.05;

/** A series as it is compared. */
interface Prepared extends RankedChanges {
  readonly name: string;
  /** Autocorrelations of its changes at the lags 1, 2, … */
  readonly autocorrelations: readonly number[];
}

/**
 * Compares a series with others at each lag. Changes from step to step are compared, as ranks and
 * without what recurs daily: levels that only grow together, or follow the same day, correlate
 * nothing. The probability of chance counts independent steps only, and every comparison.
 * Sources: README.md.
 */
export function planCorrelation(question: CorrelationQuestion): CorrelationPlan {
  const { series, others, lagMax } = question;
  const compareWith = createComparison(question);
  const correlations = others.map(compareWith);
  return orderCorrelations({ name: series.name, lags: lagsOf(lagMax), correlations });
}

/**
 * Prepares the comparison of one series with others, one after another: each takes milliseconds.
 * @param question - `others` in full, of which only the number counts here
 */
export function createComparison(
  question: Omit<CorrelationQuestion, 'others'> & { readonly others: { readonly length: number } },
): (other: NamedSeries) => Correlation {
  const { series, others, lagMax, daySteps } = question;
  const left = prepare(series, daySteps);
  const comparisons = lagsOf(lagMax) * others.length;
  return (other) => compare(left, prepare(other, daySteps), { lagMax, comparisons });
}

/** Number of lags in both directions, with none. */
export function lagsOf(lagMax: number): number {
  return 2 * lagMax + 1;
}

/** Puts correlated ones first, the strongest first. */
export function orderCorrelations(plan: CorrelationPlan): CorrelationPlan {
  const orderOf = ({ verdict, coefficient }: Correlation) =>
    Math.abs(coefficient) + (verdict === 'correlated' ? 1 : 0);
  const correlations = plan.correlations.toSorted((a, b) => orderOf(b) - orderOf(a));
  return { ...plan, correlations };
}

function prepare({ name, values }: NamedSeries, daySteps: number): Prepared {
  const ranked = rankChanges(values, daySteps);
  const lags = autocorrelationLags(values.length);
  const autocorrelations = Array.from({ length: lags }, (_, at) => {
    return measureLag(ranked.ranks, ranked.ranks, at + 1).coefficient;
  });
  return { name, autocorrelations, ...ranked };
}

interface Limits {
  readonly lagMax: number;
  /** Those of all series: each one is another chance to be wrong (Bonferroni). */
  readonly comparisons: number;
}

function compare(left: Prepared, right: Prepared, { lagMax, comparisons }: Limits): Correlation {
  const { name } = right;
  const nothing = { name, lag: 0, coefficient: 0, n: 0, effectiveN: 0, probability: 1 };
  const found = strongest(left, right, lagMax);
  if (found === undefined) return { ...nothing, verdict: 'too_few' };
  if (left.isConstant || right.isConstant) return { ...nothing, verdict: 'constant' };
  const { lag, n, coefficient } = found;
  const independent = effectiveSize(n, left.autocorrelations, right.autocorrelations);
  const effectiveN = independent * Math.min(left.freeRatio, right.freeRatio);
  if (effectiveN < INDEPENDENT_MIN) return { ...nothing, n, effectiveN, verdict: 'too_few' };
  const probability = Math.min(1, chanceOf(coefficient, effectiveN) * comparisons);
  const verdict = probability <= CHANCE_MAX ? 'correlated' : 'chance';
  return { name, verdict, lag, coefficient, n, effectiveN, probability };
}

/** The lag nearest to 0 of those that are equally strong. */
function strongest(
  left: Prepared,
  right: Prepared,
  lagMax: number,
): (LagCoefficient & { readonly lag: number }) | undefined {
  let best: (LagCoefficient & { readonly lag: number }) | undefined;
  for (let step = 0; step <= 2 * lagMax; step += 1) {
    const lag = step % 2 === 0 ? step / 2 : -(step + 1) / 2;
    const found = measureLag(left.ranks, right.ranks, lag);
    if (found.n < PAIRS_MIN) continue;
    if (best === undefined || Math.abs(found.coefficient) > Math.abs(best.coefficient)) {
      best = { ...found, lag };
    }
  }
  return best;
}
