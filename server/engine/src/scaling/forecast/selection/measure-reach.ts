/**
 * Intervals from the errors of the backtest (split-conformal): how far values were from forecasts
 * is how far they are expected to be.
 * Source: Lei et al., "Distribution-free predictive inference for regression" (2018).
 */
import { mean } from 'simple-statistics';

/** Errors that intervals are measured from. */
export interface ReachInput {
  /** Residuals of forecasts from each origin: actual value minus forecast. */
  readonly residuals: readonly Float64Array[];
  readonly horizon: number;
  /** The share of values that an interval is meant to contain. */
  readonly coverageRatio: number;
}

/** Extent of an interval, by step. */
export interface Reach {
  readonly below: readonly number[];
  readonly above: readonly number[];
}

/** Steps to both sides whose errors count for a step, over the horizon. */
const SMOOTHING_RATIO = 0.125;

/** Errors of one series resemble each other, so that few of them promise too much. */
const CAUTION_RATIO = 1.1;

/** Measures the reach of each step; symmetric. */
export function measureReach({ residuals, horizon, coverageRatio }: ReachInput): Reach {
  const steps = residuals[0]?.length ?? 0;
  if (steps === 0) return { below: zeros(horizon), above: zeros(horizon) };
  const typical = typicalErrors(residuals, steps);
  const ratios = residuals
    .flatMap((each) => [...each].map((error, step) => Math.abs(error) / (typical[step] ?? 1)))
    .sort((one, other) => one - other);
  const rank = Math.ceil((ratios.length + 1) * coverageRatio) - 1;
  const factor = (ratios[Math.min(rank, ratios.length - 1)] ?? 0) * CAUTION_RATIO;
  const last = typical[steps - 1] ?? 0;
  const reach = Array.from({ length: horizon }, (_, step) => {
    const error = typical[step] ?? last * Math.sqrt((step + 1) / steps);
    return error * factor;
  });
  return { below: reach, above: reach };
}

function zeros(count: number): readonly number[] {
  return new Array<number>(count).fill(0);
}

/** The mean error of the steps around each, which does not shrink with the distance. */
function typicalErrors(residuals: readonly Float64Array[], steps: number): readonly number[] {
  const around = Math.ceil(steps * SMOOTHING_RATIO);
  const means = Array.from({ length: steps }, (_, step) => {
    let sum = 0;
    for (const each of residuals) sum += Math.abs(each[step] ?? 0);
    return sum / residuals.length;
  });
  let most = Number.MIN_VALUE;
  return means.map((_, step) => {
    const near = means.slice(Math.max(0, step - around), step + around + 1);
    most = Math.max(most, mean(near));
    return most;
  });
}
