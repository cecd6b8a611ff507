/** Types of forecasting: series, models that are fitted to them, calendars, what is expected. */

/** Measurements of one thing at equal intervals. */
export interface Series {
  /** Time of the first value. Unit: seconds since the Unix epoch. */
  readonly startS: number;
  /** Between two values. Unit: seconds; more than 0. */
  readonly stepS: number;
  /** In order of time, none left out; NaN is a value that is missing. */
  readonly values: ArrayLike<number>;
}

/** A series as models get it: nothing is missing, and nothing is infinite. */
export interface History {
  /** All of them finite. */
  readonly values: Float64Array;
  /** Seasons that the history has at least twice, shortest first. Unit: values. */
  readonly periods: readonly number[];
  /** The limits of any forecast, which keep models from exploding. */
  readonly low: number;
  readonly high: number;
}

/** The name of a model. */
export type ModelName =
  | 'naive'
  | 'seasonal-naive'
  | 'long-seasonal-naive'
  | 'rolling-median'
  | 'simple-smoothing'
  | 'double-smoothing'
  | 'holt-winters'
  | 'season-profile'
  | 'linear-regression'
  | 'ridge'
  | 'log-ridge'
  | 'double-season-ridge'
  | 'wide-ridge'
  | 'change-ridge'
  | 'season-change-ridge'
  | 'long-season-change-ridge'
  | 'arima'
  | 'sarima'
  | 'mstl'
  | 'trend-fourier'
  | 'mlp'
  | 'lstm';

/** Parameters of a trained network, and of the regression that it corrects; data, to be stored. */
export interface NetworkState {
  /** Distances into the past that the regression reads. */
  readonly lags: readonly number[];
  /** Weights of the regression, the intercept first. */
  readonly weights: readonly number[];
  /**
   * Mean that is subtracted from values before they are divided by the deviation. Unit: of the
   * series.
   */
  readonly mean: number;
  /** Unit: of the series; more than 0. */
  readonly deviation: number;
  /** Errors of the regression, divided by the deviation: the usual size and the largest. */
  readonly errorSize: number;
  readonly errorMost: number;
  readonly parameters: readonly number[];
}

/** A model with its parameters. */
export interface FittedModel {
  /**
   * State after training, for models that train for long: the model reuses it until the next
   * selection.
   * @param scale - what the values of the history were divided by
   */
  readonly stateOf?: (scale: number) => NetworkState;
  /**
   * Forecasts.
   * @param horizon - how many values; 1 or more
   * @param history - behind which the forecast begins: what the model was fitted to, or that with
   * newer values, to which the parameters then apply
   * @returns as many values, finite and within the limits of the history
   */
  readonly predict: (horizon: number, history: History) => Float64Array;
}

/** A kind of model. */
export interface Forecaster {
  readonly name: ModelName;
  /**
   * Estimates the parameters.
   * @returns undefined where the history is too short for this model
   */
  readonly fit: (history: History) => FittedModel | undefined;
  /**
   * The model of a state that was stored.
   * @param scale - what the values of the history are divided by now
   * @returns undefined where the state is of another release: the model is fitted instead
   */
  readonly restore?: (state: NetworkState, scale: number) => FittedModel | undefined;
}

/** Dates that are alike, such as those of a sale. */
export interface NamedDates {
  readonly name: string;
  /** `YYYY-MM-DD`, or `MM-DD` for each year. */
  readonly dates: readonly string[];
  /** IANA name of the time zone in which a day begins at midnight. */
  readonly timeZone: string;
}

/** One of those days. Unit: seconds since the Unix epoch; the end is not included. */
export interface NamedDay {
  readonly name: string;
  readonly startS: number;
  readonly endS: number;
}

/** Named days that a forecast takes into account. */
export interface Calendar {
  readonly dates: readonly NamedDates[];
  /**
   * From which the effect of named days is learnt: of the same metric, coarser and longer than the
   * series that is forecast. Undefined: that series itself.
   */
  readonly history?: Series;
}

/** Effect of a named day within the horizon on a forecast. */
export interface DayEffect extends NamedDay {
  /** Earlier days of the name that its effect was learnt from. */
  readonly earlierDays: number;
  /** Ratio of the forecast to that of an ordinary day; undefined if the latter is 0. */
  readonly ratio: number | undefined;
  /**
   * `none_before`: no earlier day of the name was measured, so the day is forecast as an ordinary
   * one; `unlike`: earlier days of the name do not resemble each other, with the same consequence.
   */
  readonly state: 'learnt' | 'none_before' | 'unlike';
}

/** Options of a forecast. */
export interface ForecastRequest {
  /** Number of values to forecast. 1 or more. */
  readonly horizon: number;
  /** Lengths of seasons that the series may have, such as 24 and 168. Unit: values. */
  readonly periods: readonly number[];
  /** Models to use; undefined: all models of the default ensemble. */
  readonly models?: readonly ModelName[];
  /** Models that take no part. */
  readonly without?: readonly ModelName[];
  /** Whether networks compete as well; training them takes a hundred times as long. */
  readonly networks?: 'tried';
  /** The share of values that the interval is meant to cover; 0.95 where undefined. */
  readonly coverageRatio?: number;
  /** Days that are unlike ordinary ones; of use to `continueForecast`. */
  readonly calendar?: Calendar;
}

/** Score of a model in the backtest. */
export interface ModelScore {
  readonly model: ModelName;
  /** Mean absolute error, over that of the seasonal naive forecast on the history. */
  readonly mase: number;
  /** Symmetric mean absolute percentage error. Unit: percent, 0 to 200. */
  readonly smape: number;
}

/** Comparison of forecasts from earlier origins with the actual values. */
export interface Backtest extends Omit<ModelScore, 'model'> {
  /** Forecasts that were compared; 0: the history is too short for any. */
  readonly origins: number;
  /** 1 less the absolute errors over the absolute values, at least 0. */
  readonly accuracyRatio: number;
  /** Each model that took part, the best first. */
  readonly models: readonly ModelScore[];
}

/** A member of a selection. */
export interface SelectedModel {
  readonly model: ModelName;
  readonly weight: number;
  /** State of a network trained on the series at that time. */
  readonly state?: NetworkState;
}

/** Selected models for a series; data, to be stored until the next selection. */
export interface Selection {
  /** `fallback`: nothing was accurate enough, or the history is too short to know. */
  readonly kind: 'ensemble' | 'fallback';
  /** At least one; the forecast is their weighted median. The weights add up to 1. */
  readonly members: readonly SelectedModel[];
  readonly backtest: Backtest;
  /** Extent of an interval below and above the forecast, by step ahead; never negative. */
  readonly reach: { readonly below: readonly number[]; readonly above: readonly number[] };
}

/** Forecast of a series. */
export interface Forecast {
  /** A model's name, `ensemble` for several, `none` for a series without values. */
  readonly model: string;
  /** The first one belongs to the step behind the last value of the series. */
  readonly point: readonly number[];
  /** The interval; `lower[i] <= point[i] <= upper[i]`. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly backtest: Backtest;
  /** The named days in the horizon, by time; undefined without a calendar, or where it has none. */
  readonly calendar?: readonly DayEffect[];
}

/** A forecast that goes on with what was chosen before, or chooses again. */
export interface ContinuedForecast {
  readonly forecast: Forecast;
  /** To be stored for the next time. */
  readonly selection: Selection;
  /** `drifted`: the newest values are far outside of what the stored selection expects of them. */
  readonly change: 'kept' | 'selected' | 'drifted';
}
