/** Is a measured value an anomaly, by the values before it? */
import { createFeatures, FEATURES, FORECAST_ERRORS } from './features/create-features.ts';
import type { AnomalyDetector, Judgement, Observation, SignShare } from './model/anomalies.ts';
import { createSurprise } from './surprise/measure-surprise.ts';

/** Rows from which the step of a series is read; none of them has a score. */
export const FIRST_ROWS = 61;

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
  let judgeValue: ((value: number) => Judgement) | undefined;
  const judge = (observation: Observation): Judgement => {
    if (!Number.isFinite(observation.value)) return NOTHING;
    if (judgeValue !== undefined) return judgeValue(observation.value);
    first.push(observation);
    if (first.length === FIRST_ROWS) {
      const learned = createJudge(first);
      for (const { value } of first) learned(value);
      judgeValue = learned;
      first.length = 0;
    }
    return NOTHING;
  };
  return { judge, score: (observation) => judge(observation).score };
}

const NOTHING: Judgement = { score: 0, rawScore: 0, expected: Number.NaN, signs: [] };

/**
 * Scores all rows of a series, each from the rows up to it.
 * @returns a score a row, as of {@link AnomalyDetector}
 */
export function planAnomalies(series: readonly Observation[]): readonly number[] {
  const detector = createDetector();
  return series.map((observation) => detector.score(observation));
}

function createJudge(first: readonly Observation[]): (value: number) => Judgement {
  const dayRows = readDayRows(first);
  const surprise = createSurpriseOf(dayRows);
  const logSurprise = createSurpriseOf(dayRows);
  const unit = first.reduce((top, { value }) => Math.max(top, Math.abs(value)), 0) || 1;
  const report = createBar();
  return (value) => {
    const scaled = Math.max(-SCALED_MAX, Math.min(SCALED_MAX, value / unit));
    const logarithm = Math.sign(value) * Math.log1p(Math.abs(value));
    const [plain, logged] = [surprise(scaled), logSurprise(logarithm)];
    const size = Math.sqrt((plain.squares + logged.squares) / (2 * FEATURES.length));
    return {
      score: toScore(report(size)),
      rawScore: toScore(size),
      expected: (scaled - plain.forecastError) * unit,
      signs: shareOut([...plain.sizes, ...logged.sizes]),
    };
  };
}

function toScore(size: number): number {
  return 1 - 10 ** -size;
}

/** Surprise of a value, by all features. */
interface Surprise {
  /** Of each feature; negative where the number is rarely as low. */
  readonly sizes: readonly number[];
  /** Sum of their squares. */
  readonly squares: number;
  /** What was measured less what was forecast; NaN while nothing is. */
  readonly forecastError: number;
}

function createSurpriseOf(dayRows: number): (value: number) => Surprise {
  const features = createFeatures(dayRows);
  const surprises = FEATURES.map(({ ends }) => createSurprise(ends));
  return (value) => {
    const numbers = features(value);
    const sizes = numbers.map((feature, i) => surprises[i]?.(feature) ?? 0);
    const squares = sizes.reduce((sum, size) => sum + size ** 2, 0);
    const { plain, seasonal } = FORECAST_ERRORS;
    const [error = Number.NaN, seasonalError = Number.NaN] = [numbers[plain], numbers[seasonal]];
    return { sizes, squares, forecastError: Number.isNaN(seasonalError) ? error : seasonalError };
  };
}

/** @param sizes - of the features of the value, then of those of its logarithm */
function shareOut(sizes: readonly number[]): readonly SignShare[] {
  const sums = new Map<SignShare['sign'], { squares: number; signed: number }>();
  let total = 0;
  sizes.forEach((size, i) => {
    const sign = FEATURES[i % FEATURES.length]?.sign;
    if (size === 0 || sign === undefined) return;
    const sum = sums.get(sign) ?? { squares: 0, signed: 0 };
    sum.squares += size ** 2;
    sum.signed += size * Math.abs(size);
    sums.set(sign, sum);
    total += size ** 2;
  });
  return [...sums]
    .map(([sign, { squares, signed }]): SignShare => {
      return { sign, end: signed < 0 ? 'low' : 'high', share: squares / total };
    })
    .sort((a, b) => b.share - a.share);
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
