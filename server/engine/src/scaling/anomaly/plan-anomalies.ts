/** Is a measured value an anomaly, by the values before it? */
import { createFeatures, FEATURE_ENDS } from './features/create-features.ts';
import type { AnomalyDetector, Observation } from './model/anomalies.ts';
import { createSurprise } from './surprise/measure-surprise.ts';

/** Rows from which the step of the series is read; none of them has a score. */
const FIRST_ROWS = 61;

/** A day of more rows is not remembered. */
const DAY_ROWS_MAX = 4_000;
const DAY_MS = 86_400_000;

/** Values far outside those of the first rows are all alike. */
const SCALED_MAX = 1e12;

/** After a report the next one has to be more surprising by this factor, which fades. */
const BAR_FACTOR = 1.5;
/** It fades to its half within a tenth of the rows so far, between these bounds. */
const BAR_HALF_LIFE = { share: 0.1, min: 100, max: 1_500 };

/**
 * Creates a detector for one series. It measures the surprise of each row in 42 features (levels,
 * changes, changes since a day ago, errors of a forecast, distance from known shapes; of the value
 * and of its logarithm), and answers their root mean square. What goes on being surprising is
 * reported once.
 * Source of the idea: extreme value theory for streams (Siffer et al., 2017) and an unweighted
 * ensemble, measured by the Numenta Anomaly Benchmark (Lavin and Ahmad, 2015).
 */
export function createDetector(): AnomalyDetector {
  const first: Observation[] = [];
  let score: ((value: number) => number) | undefined;
  return {
    score: (observation) => {
      if (!Number.isFinite(observation.value)) return 0;
      if (score !== undefined) return score(observation.value);
      first.push(observation);
      if (first.length === FIRST_ROWS) {
        const learned = createScorer(first);
        for (const { value } of first) learned(value);
        score = learned;
        first.length = 0;
      }
      return 0;
    },
  };
}

/**
 * Scores all rows of a series, each from the rows up to it.
 * @returns a score a row, as of {@link AnomalyDetector}
 */
export function planAnomalies(series: readonly Observation[]): readonly number[] {
  const detector = createDetector();
  return series.map((observation) => detector.score(observation));
}

function createScorer(first: readonly Observation[]): (value: number) => number {
  const dayRows = readDayRows(first);
  const surprise = createSurpriseOf(dayRows);
  const logSurprise = createSurpriseOf(dayRows);
  const unit = first.reduce((top, { value }) => Math.max(top, Math.abs(value)), 0) || 1;
  const report = createBar();
  return (value) => {
    const scaled = Math.max(-SCALED_MAX, Math.min(SCALED_MAX, value / unit));
    const logarithm = Math.sign(value) * Math.log1p(Math.abs(value));
    const squares = surprise(scaled) + logSurprise(logarithm);
    const size = report(Math.sqrt(squares / (2 * FEATURE_ENDS.length)));
    return 1 - 10 ** -size;
  };
}

/** @returns of each value the sum of the squared surprises of its features */
function createSurpriseOf(dayRows: number): (value: number) => number {
  const features = createFeatures(dayRows);
  const surprises = FEATURE_ENDS.map(createSurprise);
  return (value) => {
    let squares = 0;
    features(value).forEach((feature, i) => {
      squares += (surprises[i]?.(feature) ?? 0) ** 2;
    });
    return squares;
  };
}

/** The step is the median of those between the first rows. */
function readDayRows(first: readonly Observation[]): number {
  const steps = first
    .slice(1)
    .map(({ time_ms }, i) => time_ms - (first[i]?.time_ms ?? time_ms))
    .sort((a, b) => a - b);
  const step = steps[Math.floor(steps.length / 2)] ?? 0;
  const rows = step > 0 ? Math.round(DAY_MS / step) : 0;
  return rows <= DAY_ROWS_MAX ? rows : 0;
}

/** @returns a surprise that rises above the bar, else 0 */
function createBar(): (size: number) => number {
  let [bar, rows] = [0, 0];
  return (size) => {
    rows += 1;
    const { share, min, max } = BAR_HALF_LIFE;
    bar *= 0.5 ** (1 / Math.max(min, Math.min(max, rows * share)));
    if (size <= bar) return 0;
    bar = size * BAR_FACTOR;
    return size;
  };
}
