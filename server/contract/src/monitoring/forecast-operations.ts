/** The row of the operations table about forecasts of metrics. */
import { z } from 'zod';
import { durationText } from '../formats/duration-text.ts';
import { MetricKind, MetricName } from '../formats/metric-name.ts';
import { look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';
import { FLEET_TARGETS, METRIC_TARGET } from './metric-operations.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Further ahead an hour says nothing. Unit: ms. */
export const FORECAST_HORIZON_MS_MAX = 3 * DAY_MS;

/** Seasons of one forecast: more are never found in a series. */
const FORECAST_SEASONS_MAX = 4;

/** Longer ones are not stored twice. Unit: ms. */
const SEASON_MS_MAX = 35 * DAY_MS;

/** Forecast horizon. */
const Horizon = durationText(
  MINUTE_MS,
  FORECAST_HORIZON_MS_MAX,
  'must be a duration from 1m to 3d, such as 6h',
);

/** After what time a series may repeat itself. */
const Season = durationText(
  2 * MINUTE_MS,
  SEASON_MS_MAX,
  'must be a duration from 2m to 35d, such as 24h',
);

/** Reason there is no forecast. */
export const ForecastGap = z.enum(['no_series', 'too_short', 'too_many_gaps', 'stale']);
export type ForecastGap = z.infer<typeof ForecastGap>;

const measure = {
  smape: z.number().describe('Symmetric mean absolute percentage error: 0 to 200'),
  mase: z
    .number()
    .describe('Mean absolute error over that of the last season repeated: below 1 is better'),
};

/** Accuracy of earlier forecasts against the actual values. */
const Backtest = z.looseObject({
  origins: z.int().describe('Earlier forecasts that were compared with what came'),
  accuracy_ratio: z
    .number()
    .describe('1 less the errors over the values: below 0.7 nothing acts on the forecast'),
  ...measure,
  models: z
    .array(z.looseObject({ model: z.string().describe('Name of the model'), ...measure }))
    .describe('Each model that took part, the best first'),
});

/** Effect of a named day on a forecast. */
const ForecastDay = z.looseObject({
  name: z.string().describe('Name of the day in `scaling.prediction.calendar`'),
  starts_at: Timestamp.describe('When it begins'),
  ends_at: Timestamp.describe('When it ends'),
  earlier_days: z.int().describe('Earlier days of the name that were measured'),
  ratio: z
    .number()
    .nullable()
    .describe('What is forecast over what an ordinary day would have; null where that is 0'),
  state: z
    .enum(['learnt', 'none_before', 'unlike'])
    .describe(
      '`learnt`: the forecast follows the earlier days; `none_before` were measured, or these ' +
        'are `unlike` each other: it is that of an ordinary day',
    ),
});

const values = (words: string) => z.array(z.number()).describe(words);

/** Forecast of a metric. */
export const MetricForecast = z.looseObject({
  name: z.string().describe('Name of the metric'),
  unit: z.string().describe('Unit of the values, in words; of a counter, per second'),
  kind: MetricKind.describe('`gauge`, or `counter`: what is forecast is its growth per second'),
  known: z.boolean().describe('Whether anything is forecast; false: `reason` says why not'),
  reason: ForecastGap.nullable().describe(
    'Reason there is no forecast: `no_series` of that name, history `too_short`, `too_many_gaps` ' +
      'in it, or `stale`: no sample came lately',
  ),
  step_seconds: z.int().describe('Length of a step. Unit: seconds.'),
  horizon_seconds: z.int().describe('How far ahead, in whole steps. Unit: seconds.'),
  history_from: Timestamp.nullable().describe('Begin of the history that is forecast from'),
  history_to: Timestamp.nullable().describe('End of the history, not included'),
  history_values: z.int().describe('Steps of the history that have a value'),
  model: z.string().nullable().describe('Name of the model; `ensemble` for several'),
  selection: z
    .enum(['ensemble', 'fallback'])
    .nullable()
    .describe('`fallback`: no model was accurate enough to act on'),
  selected_at: Timestamp.nullable().describe('When the models were selected by backtest'),
  backtest: Backtest.nullable().describe('How the models did before; null: nothing is known'),
  times: z.array(Timestamp).describe('Begin of each step that is forecast'),
  point: values('What is expected of each step'),
  lower: values('Lower end of the interval that is meant to contain 95 % of the values'),
  upper: values('Upper end of the interval'),
  calendar: z
    .array(ForecastDay)
    .prefault([])
    .describe('Named days in the horizon, of a VM group that has a calendar'),
  explanation: z.array(z.string()).describe('By what it is forecast, in sentences'),
});
export type MetricForecast = z.infer<typeof MetricForecast>;

/** The rows by name. */
export const forecastOperations = {
  'metric.forecast': {
    ...look,
    summary: 'Forecasts a metric, with intervals and the accuracy of earlier forecasts.',
    rest: { method: 'GET', path: '/metrics/forecast', status: 200 },
    input: z.strictObject({
      ...METRIC_TARGET,
      ...FLEET_TARGETS,
      name: MetricName.describe('Name of the metric'),
      horizon: Horizon.default('30m').describe(
        'Forecast horizon, up to 3d. Steps are a minute up to 30m, 5 minutes up to 6h, 15 ' +
          'minutes up to 24h, else an hour. Default: 30m',
      ),
      seasons: z
        .array(Season)
        .max(FORECAST_SEASONS_MAX)
        .optional()
        .describe('After what times it may repeat itself, such as 24h. Default: a day and a week'),
    }),
    output: MetricForecast,
    problems: ['not-found'],
  },
} as const;
