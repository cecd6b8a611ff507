/** The features in which a row can be surprising. */
import type { AnomalySign } from '../model/anomalies.ts';
import type { Ends } from '../surprise/measure-surprise.ts';
import { autoregression } from './autoregression.ts';
import { nearestShape } from './nearest-shape.ts';
import { deviation, difference, type Feature, movingMean } from './windows.ts';

/** What a feature says where it is surprising. */
interface FeatureRow {
  readonly ends: Ends;
  readonly sign: AnomalySign;
}

/** Each feature, in the order of the answers of {@link createFeatures}. */
export const FEATURES: readonly FeatureRow[] = [
  ...several(5, { ends: 'both', sign: 'level' }),
  ...several(2, { ends: 'both', sign: 'change' }),
  ...several(3, { ends: 'both', sign: 'season' }),
  ...several(2, { ends: 'both', sign: 'level' }),
  ...several(2, { ends: 'both', sign: 'forecast' }),
  ...several(3, { ends: 'high', sign: 'unrest' }),
  ...several(2, { ends: 'high', sign: 'shape' }),
  { ends: 'high', sign: 'unrest' },
  { ends: 'both', sign: 'forecast' },
];

/** The feature that is the error of the forecast from the last rows, and from a day ago. */
export const FORECAST_ERRORS = { plain: 12, seasonal: 13 } as const;

function several(count: number, row: FeatureRow): readonly FeatureRow[] {
  return new Array<FeatureRow>(count).fill(row);
}

/** With fewer rows a day there is no season to compare with. */
const DAY_ROWS_MIN = 12;

/**
 * Creates the features of one series.
 * @param dayRows - rows of a day; 0 where the series has no day
 * @returns of each value: level and means, changes, deviations and errors of forecasts (14), then
 * sizes of changes, distances of shapes and sizes of errors (6), then the mean error
 */
export function createFeatures(dayRows: number): (value: number) => readonly number[] {
  const levels = createLevels(dayRows);
  const sizes = createSizes();
  const [plain, seasonal] = [autoregression([1, 2, 3]), autoregression(lagsOf(dayRows))];
  const [errorSize, errorMean] = [movingMean(10), movingMean(6)];
  return (value) => {
    const [error, seasonalError] = [plain(value), seasonal(value)];
    const known = Number.isNaN(seasonalError) ? 0 : seasonalError;
    return [
      ...levels(value),
      error,
      seasonalError,
      ...sizes(value),
      errorSize(Math.abs(known)),
      errorMean(known),
    ];
  };
}

function lagsOf(dayRows: number): readonly number[] {
  return dayRows < DAY_ROWS_MIN ? [1, 2, 3] : [1, 2, 3, dayRows - 1, dayRows, dayRows + 1];
}

/** Level, means, their changes, changes since a day ago, deviations from slow means. */
function createLevels(dayRows: number): (value: number) => readonly number[] {
  const means = [movingMean(6), movingMean(12), movingMean(36), movingMean(72)] as const;
  const changes = [difference(12), difference(36)] as const;
  const isSeasonal = dayRows >= DAY_ROWS_MIN;
  const days: readonly [Feature, Feature, Feature] = isSeasonal
    ? [difference(dayRows), difference(dayRows), difference(dayRows)]
    : [difference(1), difference(12), difference(36)];
  const slow = [deviation(288), deviation(48)] as const;
  return (value) => {
    const [m6, m12, m36, m72] = [
      means[0](value),
      means[1](value),
      means[2](value),
      means[3](value),
    ];
    return [
      value,
      m6,
      m12,
      m36,
      m72,
      changes[0](m12),
      changes[1](m36),
      days[0](value),
      days[1](m12),
      days[2](m36),
      slow[0](value),
      slow[1](value),
    ];
  };
}

/** Sizes of the changes from row to row, and distances from known shapes. */
function createSizes(): (value: number) => readonly number[] {
  const change = difference(1);
  const [s3, s12, s36] = [movingMean(3), movingMean(12), movingMean(36)];
  const [short, long] = [nearestShape(4), nearestShape(24)];
  return (value) => {
    const size = Math.abs(change(value));
    return [s3(size), s12(size), s36(size), short(value), long(value)];
  };
}
