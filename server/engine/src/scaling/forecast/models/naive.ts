/** Forecasts that need no fitting: what others have to beat. */
import type { Forecaster, History, ModelName } from '../model/forecasting.ts';
import { clampForecast } from '../series/make-history.ts';

/** Values whose median says where a series is now; an hour of measurements each five minutes. */
const MEDIAN_VALUES = 12;

/** The last value, again and again. */
export const naive: Forecaster = repeating('naive', () => 1);

/** The last season, again and again: the shortest one. */
export const seasonalNaive: Forecaster = repeating('seasonal-naive', ({ periods }) => periods[0]);

/** The last season, again and again: the longest one. */
export const longSeasonalNaive: Forecaster = repeating('long-seasonal-naive', ({ periods }) =>
  periods.length > 1 ? periods.at(-1) : undefined,
);

/** The median of the last values, which a single outlier does not move. */
export const rollingMedian: Forecaster = {
  name: 'rolling-median',
  fit: (history) =>
    history.values.length === 0
      ? undefined
      : {
          predict: (horizon, { values }) => {
            const sorted = Float64Array.from(values.subarray(-MEDIAN_VALUES)).sort();
            const upper = sorted[sorted.length >> 1] ?? 0;
            const lower = sorted[(sorted.length - 1) >> 1] ?? 0;
            return new Float64Array(horizon).fill((lower + upper) / 2);
          },
        },
};

function repeating(
  name: ModelName,
  lengthOf: (history: History) => number | undefined,
): Forecaster {
  return {
    name,
    fit: (history) => {
      const length = lengthOf(history);
      if (length === undefined || history.values.length < length) return undefined;
      return {
        predict: (horizon, behind) => {
          const season = behind.values.subarray(-length);
          const ahead = new Float64Array(horizon).map((_, step) => season[step % length] ?? 0);
          return clampForecast(ahead, behind);
        },
      };
    },
  };
}
