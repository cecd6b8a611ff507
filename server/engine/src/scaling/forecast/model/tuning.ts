/** Choice of models by people: families, and what forecasts leave out. */
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
