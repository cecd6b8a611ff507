/**
 * Confidence by experience: of the decisions of days that training has not seen, how many with such
 * a margin were as good as the oracle's? Isotonic regression: a larger margin is never less sure.
 * Sources: Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability
 * estimates" (2002); Ayer et al. (1955) for pooling adjacent violators.
 */
import type { CalibrationStep } from '../model/decision-model.ts';

/** A decision of the validation. */
export interface MeasuredDecision {
  /** Value of the choice less that of the alternative. */
  readonly margin: number;
  /** Whether it was as good as the oracle's. */
  readonly isConfirmed: boolean;
}

/** Decisions that a step rests on at least, so that it is not chance. */
const STEP_MIN = 40;

/** One prior success and failure: no step is ever entirely sure. Source: Laplace. */
const PRIOR = 1;

/** Finds the steps; none from fewer decisions than one step rests on. */
export function calibrate(measured: readonly MeasuredDecision[]): readonly CalibrationStep[] {
  const ordered = measured
    .filter(({ margin }) => Number.isFinite(margin))
    .toSorted((a, b) => a.margin - b.margin);
  const pools: { margin: number; count: number; confirmed: number }[] = [];
  for (let first = 0; first + STEP_MIN <= ordered.length; first += STEP_MIN) {
    const isRest = first + 2 * STEP_MIN > ordered.length;
    const part = ordered.slice(first, isRest ? ordered.length : first + STEP_MIN);
    const confirmed = part.filter(({ isConfirmed }) => isConfirmed).length;
    pools.push({ margin: part[0]?.margin ?? 0, count: part.length, confirmed });
    mergeBack(pools);
    if (isRest) break;
  }
  return pools.map((pool) => ({ margin: pool.margin, rate: rateOf(pool) }));
}

/** The rate of the last step that the margin reaches; 0 without a calibration. */
export function confidenceOf(steps: readonly CalibrationStep[], margin: number): number {
  let rate = steps[0]?.rate ?? 0;
  for (const step of steps) {
    if (step.margin > margin) break;
    rate = step.rate;
  }
  return rate;
}

function mergeBack(pools: { margin: number; count: number; confirmed: number }[]): void {
  for (;;) {
    const [before, last] = [pools.at(-2), pools.at(-1)];
    if (before === undefined || last === undefined || rateOf(before) < rateOf(last)) return;
    pools.splice(-2, 2, {
      margin: before.margin,
      count: before.count + last.count,
      confirmed: before.confirmed + last.confirmed,
    });
  }
}

function rateOf({ count, confirmed }: { readonly count: number; readonly confirmed: number }) {
  return (confirmed + PRIOR) / (count + 2 * PRIOR);
}
