/** The models of a method, and those that are left out. */
import type { ForecastRequest, ModelName } from './model/forecasting.ts';
import type { ForecastTuning, ModelFamily } from './model/tuning.ts';

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

/** The models of a request with the choice of people. */
export function chooseModels({
  family,
  trend,
}: ForecastTuning): Pick<ForecastRequest, 'models' | 'without'> {
  return {
    ...(family === undefined ? {} : { models: FAMILIES[family] }),
    ...(trend === undefined ? {} : { without: TREND_MODELS }),
  };
}
