/** A decomposition, continued: seasons repeat, and the rest is smoothed with a damped trend. */
import { decomposeSeries } from '../decomposition/decompose-series.ts';
import type { Forecaster, History } from '../model/forecasting.ts';
import { clampForecast } from '../series/make-history.ts';
import { makeTransform, type TransformName } from '../series/transform.ts';
import { doubleSmoothing } from './smoothing.ts';

const TRANSFORM: TransformName = 'log';

/** Seasons and trend by local regression. */
export const mstl: Forecaster = {
  name: 'mstl',
  fit: (history) => {
    if (history.periods.length === 0) return undefined;
    const scale = makeTransform(TRANSFORM, history.values);
    return {
      predict: (horizon, behind) => {
        const values = scale.forward(behind.values);
        const { periods } = behind;
        const { seasons } = decomposeSeries(values, periods);
        const level = values.map((value, at) =>
          seasons.reduce((rest, season) => rest - (season[at] ?? 0), value),
        );
        const rest: History = { values: level, periods: [], low: -Infinity, high: Infinity };
        const smoothed = doubleSmoothing.fit(rest)?.predict(horizon, rest);
        const ahead = new Float64Array(horizon).map((_, step) =>
          seasons.reduce(
            (sum, season, index) => {
              const period = periods[index] ?? 1;
              return sum + (season[season.length - period + (step % period)] ?? 0);
            },
            smoothed?.[step] ?? level.at(-1) ?? 0,
          ),
        );
        return clampForecast(scale.back(ahead), behind);
      },
    };
  },
};
