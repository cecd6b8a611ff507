/** Choice of models by people: families, and what forecasts leave out. */
import type { ForecastRequest, ModelName } from './forecasting.ts';

/** Models of the same method. */
export type ModelFamily = 'arima' | 'exponential_smoothing' | 'regression' | 'networks';

/** Choice for the forecasts of a series. */
export interface ForecastTuning {
  /** Undefined: the models that were the most accurate in the backtest. */
  readonly family?: ModelFamily | undefined;
  /** `ignored`: the series is forecast as if it had no seasons. */
  readonly seasons?: 'ignored' | undefined;
  /** `ignored`: models that continue a trend take no part. */
  readonly trend?: 'ignored' | undefined;
  /** Length of the history that models learn from; undefined: all that is read. Unit: seconds. */
  readonly windowS?: number | undefined;
}

const FAMILIES: Readonly<Record<ModelFamily, readonly ModelName[]>> = {
  arima: ['arima', 'sarima'],
  exponential_smoothing: ['simple-smoothing', 'double-smoothing', 'holt-winters'],
  regression: [
    'log-ridge',
    'double-season-ridge',
    'wide-ridge',
    'change-ridge',
    'season-change-ridge',
    'long-season-change-ridge',
    'linear-regression',
  ],
  networks: ['mlp', 'lstm'],
};

const TREND_MODELS: readonly ModelName[] = [
  'double-smoothing',
  'holt-winters',
  'linear-regression',
];

/** The models of a request with this choice. */
export function modelsOf({
  family,
  trend,
}: ForecastTuning): Pick<ForecastRequest, 'models' | 'without'> {
  return {
    ...(family === undefined ? {} : { models: FAMILIES[family] }),
    ...(trend === undefined ? {} : { without: TREND_MODELS }),
  };
}
