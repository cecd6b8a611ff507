/** Models that forecasts have selected for a series, with the selections before. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';

/** Selections that are stored of a series. */
export const FORECAST_VERSIONS_MAX = 10;

/** A selection: forecasts are the weighted median of its models. */
const ForecastVersion = z.looseObject({
  version: z.int(),
  selected_at: Timestamp,
  reason: z
    .enum(['first', 'renewed', 'drifted'])
    .describe(
      '`renewed`: after a day, or an hour for a fallback; `drifted`: the series changed before',
    ),
  selection: z
    .enum(['ensemble', 'fallback'])
    .describe('`fallback`: not accurate enough, so nothing acts on it'),
  models: z
    .array(z.looseObject({ model: z.string(), weight: z.number() }))
    .describe('Models with their weights, which add up to 1'),
  origins: z.int().describe('Earlier forecasts that were compared with what came'),
  accuracy_ratio: z.number().describe('1 less the errors over the values, at least 0'),
  mase: z.number().describe('Mean absolute scaled error of these forecasts'),
  rule: z.string().nullable().describe('Best naive rule; null: none could be compared'),
  rule_mase: z.number().nullable().describe('Its error in the same backtest'),
  improvement: z.number().nullable().describe('Share of the error of the rule that is avoided'),
});
export type ForecastVersion = z.infer<typeof ForecastVersion>;

/** The model of a series that is forecast: its current version, and earlier ones. */
export const ForecastModel = ForecastVersion.extend({
  id: z.string().describe('Target, metric, step and chosen models'),
  target_id: z.string().describe('Id of the tenant, VM or VM group'),
  metric: z.string(),
  step_seconds: z.int(),
  earlier: z.array(ForecastVersion).describe('Earlier versions, newest first'),
});
export type ForecastModel = z.infer<typeof ForecastModel>;
