/** Scaling of a VM group: rules over metrics, schedules, forecasts. */
import { z } from 'zod';
import { durationText } from '../../formats/duration-text.ts';
import { MetricName } from '../../formats/metric-name.ts';
import { VmId } from '../../ids.ts';
import { nullWhenAbsent } from '../../schema/null-when-absent.ts';
import { VmRestartWindow } from '../vm/vm-restart-window.ts';
import {
  findRuleFaults,
  findScalingFaults,
  findScheduleFaults,
  findWeightsFaults,
  type ScalingFault,
} from './scaling-faults.ts';

/** Handling of a size that was decided. */
export const ScalingMode = z.enum(['recommend', 'apply']);
export type ScalingMode = z.infer<typeof ScalingMode>;

/** Method by which a rule turns a metric into a size. */
export const ScalingRuleKind = z.enum(['target', 'threshold', 'step', 'queue']);
export type ScalingRuleKind = z.infer<typeof ScalingRuleKind>;

/** Whether a value is the mean of the members, or one that they have together. */
export const ScalingMetricScope = z.enum(['member', 'group']);

/** Size that counts where several rules request different ones. */
export const ScalingCombine = z.enum(['max', 'min']);
export type ScalingCombine = z.infer<typeof ScalingCombine>;

/** Handling of a recommended size of members. */
export const VerticalMode = z.enum(['apply', 'recommend', 'off']);

/** Models of forecasts. */
export const PredictionModel = z.enum([
  'auto',
  'arima',
  'exponential_smoothing',
  'regression',
  'networks',
]);

/** Order in which members are removed. */
export const ScaleInOrder = z.enum([
  'highest_number',
  'oldest',
  'least_loaded',
  'dearest',
  'unhealthy_first',
]);
export type ScaleInOrder = z.infer<typeof ScaleInOrder>;

/** Thresholds of a rule that sets none, as ratios of what a member has. */
export const THRESHOLD_UP = 0.7;
export const THRESHOLD_DOWN = 0.3;

/** Times of a group that sets none. Unit: ms. */
export const SCALING_COOLDOWN_MS = 300_000;
export const SCALING_SHRINK_WINDOW_MS = 300_000;
export const SCALING_WARM_UP_MS = 120_000;
export const SCALING_HORIZON_MS = 1_800_000;

/** The part of the forecast in the expected load of a group that sets none. */
export const PREDICTION_WEIGHT = 0.3;

/** Reversals of direction an hour that a group may have that sets none. */
export const REVERSALS_PER_HOUR_MAX = 2;

const RULES_MAX = 10;
const STEPS_MAX = 20;
const SCHEDULES_MAX = 20;
const SIZE_MAX = 1_000;
const DAY_MS = 86_400_000;
const CRON_LENGTH_MAX = 100;
const ZONE_LENGTH_MAX = 64;
const PROTECTED_MAX = 100;
const WORDS_MAX = 32;
const WORD_LENGTH_MAX = 1_024;
const REVERSALS_MAX = 60;
const FACTOR_MAX = 10;
const CALENDAR_MAX = 50;
const DATES_MAX = 100;
const DAY_NAME_LENGTH_MAX = 64;
const TRAINING_DAYS_MAX = 70;

/** The least memory that scaling gives a member, and its steps. Unit: GB. */
export const MEMBER_MEMORY_GB_MIN = 0.5;

/** A day of one year, or of each. */
const CALENDAR_DATE = /^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

const duration = (minMs: number, maxMs: number, words: string) =>
  durationText(minMs, maxMs, `must be a duration ${words}`);

/** Adds faults as issues; the place of an element of a list is its number. */
function report(faults: readonly ScalingFault[], context: z.RefinementCtx): void {
  for (const { path, message } of faults) {
    const place = path.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    context.addIssue({ code: 'custom', path: place, message });
  }
}

/** One step of a rule: from a value on, members are added or removed. */
export const ScalingStep = z.strictObject({
  from: z.number().describe('Value of the metric from which the step counts'),
  change: z
    .int()
    .min(-SIZE_MAX)
    .max(SIZE_MAX)
    .describe('Number of members that are added, or removed where it is negative'),
});

/** One rule; `combine` says which size counts of several rules. */
export const ScalingRule = z
  .strictObject({
    kind: ScalingRuleKind.describe(
      '`target`: as many members as keep the metric at `value`; `threshold`: one more above ' +
        '`up`, one fewer below `down`; `step`: as many more or fewer as the step says; `queue`: ' +
        'as many as keep the wait for a free member below `wait` by the formula of Erlang C.',
    ),
    metric: MetricName.describe(
      'Metric that the rule reads, such as `cpu_utilization_ratio`. Of `queue`: requests that ' +
        'arrive at the group, per second.',
    ),
    scope: nullWhenAbsent(
      ScalingMetricScope,
      '`member`: the value is a mean over the members; `group`: the members share it, such as ' +
        'the length of a queue. Default: `member` for metrics that NovaCron measures, else ' +
        '`group`.',
    ),
    value: nullWhenAbsent(
      z.number().positive(),
      'Value of `target` that one member has when the group has the right size.',
    ),
    up: nullWhenAbsent(
      z.number(),
      `Value of \`threshold\` above which a member is added. Default: ${THRESHOLD_UP}, for ` +
        'metrics that are ratios.',
    ),
    down: nullWhenAbsent(
      z.number(),
      `Value of \`threshold\` below which one is removed. Default: ${THRESHOLD_DOWN}, for ` +
        'metrics that are ratios.',
    ),
    steps: nullWhenAbsent(
      z.array(ScalingStep).min(1).max(STEPS_MAX),
      'Steps of `step`; the one with the highest `from` that the value reaches counts.',
    ),
    service_time: nullWhenAbsent(
      duration(1, DAY_MS, 'of at least 1ms, such as 200ms'),
      'Time that a member needs for one request of `queue`.',
    ),
    concurrency: nullWhenAbsent(
      z.int().min(1).max(SIZE_MAX),
      'Requests that a member of `queue` serves at the same time. Default: 1.',
    ),
    wait: nullWhenAbsent(
      duration(0, DAY_MS, 'such as 100ms'),
      'Mean time that a request of `queue` may wait. Default: `service_time`.',
    ),
  })
  .superRefine((value, context) =>
    report(findRuleFaults(value, { up: THRESHOLD_UP, down: THRESHOLD_DOWN }), context),
  )
  .meta({
    example: {
      kind: 'target',
      metric: 'cpu_utilization_ratio',
      scope: 'member',
      value: 0.6,
      up: null,
      down: null,
      steps: null,
      service_time: null,
      concurrency: null,
      wait: null,
    },
  });
export type ScalingRule = z.infer<typeof ScalingRule>;

/** Bounds for some time. */
export const ScalingSchedule = z
  .strictObject({
    cron: z
      .string()
      .max(CRON_LENGTH_MAX)
      .describe('When it begins: minute, hour, day of the month, month, day of the week'),
    time_zone: nullWhenAbsent(
      z.string().min(1).max(ZONE_LENGTH_MAX),
      'Time zone of `cron`, such as `Europe/Berlin`. Default: `UTC`.',
    ),
    duration: duration(60_000, 7 * DAY_MS, 'from 1m to 7d, such as 10h').describe(
      'Duration, from 1m to 7d.',
    ),
    min_size: nullWhenAbsent(
      z.int().min(0).max(SIZE_MAX),
      'Minimum number of members meanwhile. Default: that of the group.',
    ),
    max_size: nullWhenAbsent(
      z.int().min(0).max(SIZE_MAX),
      'Maximum number of members meanwhile. Default: that of the group.',
    ),
  })
  .superRefine((value, context) => report(findScheduleFaults(value), context));
export type ScalingSchedule = z.infer<typeof ScalingSchedule>;

/** Days that are alike, such as those of a sale. */
export const CalendarDays = z
  .strictObject({
    name: z
      .string()
      .max(DAY_NAME_LENGTH_MAX, { abort: true })
      .regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower case letters, digits, hyphens and underscores')
      .describe('Name of the days, such as `black-friday`'),
    dates: z
      .array(z.string().regex(CALENDAR_DATE, 'must be a date such as 2026-11-27, or 12-24'))
      .min(1)
      .max(DATES_MAX)
      .describe('Dates: `YYYY-MM-DD`, or `MM-DD` for each year. Earlier ones belong here as well.'),
    time_zone: nullWhenAbsent(
      z.string().min(1).max(ZONE_LENGTH_MAX),
      'Time zone in which the days begin at midnight, such as `Europe/Berlin`. Default: `UTC`.',
    ),
  })
  .meta({
    example: { name: 'black-friday', dates: ['2025-11-28', '2026-11-27'], time_zone: null },
  });
export type CalendarDays = z.infer<typeof CalendarDays>;

/** Use of forecasts. */
export const ScalingPrediction = z.strictObject({
  horizon: duration(300_000, DAY_MS, 'from 5m to 24h, such as 30m').describe(
    'Forecast horizon, from 5m to 24h.',
  ),
  weight: nullWhenAbsent(
    z.number().min(0).max(1),
    'Part of the forecast in the expected load, from 0 to 1; the rest is what is measured now. ' +
      'Forecasts never make the group smaller than what is measured needs. ' +
      `Default: ${PREDICTION_WEIGHT}.`,
  ),
  min_accuracy: nullWhenAbsent(
    z.number().min(0).max(1),
    'Accuracy in the backtest below which the forecast is not used. Default: 0.7.',
  ),
  model: nullWhenAbsent(
    PredictionModel,
    'Models of the forecast. `auto`: those that were the most accurate in the backtest; others: ' +
      'the median of the models of that method. Default: `auto`.',
  ),
  training_window: nullWhenAbsent(
    duration(DAY_MS, TRAINING_DAYS_MAX * DAY_MS, 'from 1d to 70d, such as 7d'),
    'History that models learn from, from 1d to 70d. Default, and at most: 14 days for a horizon ' +
      'of up to 6 hours, 28 days for a longer one.',
  ),
  seasonal_adjustment: nullWhenAbsent(
    z.boolean(),
    'Whether forecasts follow days and weeks. Default: true.',
  ),
  trend_adjustment: nullWhenAbsent(
    z.boolean(),
    'Whether models that continue a trend take part. Default: true.',
  ),
  calendar: nullWhenAbsent(
    z.array(CalendarDays).min(1).max(CALENDAR_MAX),
    'Named days, on which the load is unlike on ordinary days: the forecast of such a day ' +
      'follows the earlier days of the same name, of up to 400 days. Of a date with two names ' +
      'the first one counts. Default: all days are ordinary.',
  ),
});
export type ScalingPrediction = z.infer<typeof ScalingPrediction>;

/** A limit of the sizes of members. */
export const VerticalLimit = z.strictObject({
  cpu_cores: nullWhenAbsent(
    z.int().min(1).max(1_024),
    'CPU cores. Default: of `vertical_max` those that are configured, of `vertical_min` one.',
  ),
  memory_gb: nullWhenAbsent(
    z
      .number()
      .min(MEMBER_MEMORY_GB_MIN)
      .max(24_576)
      .multipleOf(MEMBER_MEMORY_GB_MIN, 'must be a multiple of 0.5'),
    'Memory. Unit: GB. Default: of `vertical_max` what is configured, of `vertical_min` 0.5.',
  ),
});
export type VerticalLimit = z.infer<typeof VerticalLimit>;

/** Steps before members are removed. */
export const ScaleIn = z.strictObject({
  order: nullWhenAbsent(
    ScaleInOrder,
    'Order in which members are removed: `highest_number`, `oldest`, `least_loaded`, `dearest` ' +
      '(on the nodes with the highest cost) or `unhealthy_first`. Default: `highest_number`.',
  ),
  // Without a default: a misspelt key, which Terraform drops, would leave all unprotected.
  protected_member_ids: z
    .array(VmId)
    .max(PROTECTED_MAX)
    .describe('Members that are never removed automatically; `[]` protects none.'),
  drain_command: nullWhenAbsent(
    z.array(z.string().min(1).max(WORD_LENGTH_MAX)).min(1).max(WORDS_MAX),
    'Program with its arguments that is run through the guest agent before a member is removed; ' +
      'where it fails, the member stays. Everyone who may read the group can read it: no secrets ' +
      'belong there. Default: none.',
  ),
});

const weight = (words: string) => z.number().min(0).max(1).describe(`${words}, 0 to 1`);

/** What counts how much where shapes of a group are compared. */
export const ScalingWeights = z
  .strictObject({
    cost: weight('Weight of the cost per hour'),
    performance: weight('Weight of the usage of members at the peak'),
    risk: weight('Weight of the demand that is unserved when members are lost'),
  })
  .superRefine((value, context) => report(findWeightsFaults(value), context))
  .meta({ example: { cost: 0.5, performance: 0.3, risk: 0.2 } });
export type ScalingWeights = z.infer<typeof ScalingWeights>;

/** The weights of a group that sets none. */
export const SCALING_WEIGHTS: ScalingWeights = { cost: 0.4, performance: 0.4, risk: 0.2 };

/** The scaling of a group. */
export const GroupScaling = z
  .strictObject({
    mode: nullWhenAbsent(
      ScalingMode,
      '`recommend`: decisions are only recorded; `apply`: they are carried out. Default: `apply`.',
    ),
    rules: nullWhenAbsent(
      z.array(ScalingRule).min(1).max(RULES_MAX),
      'Rules over metrics; `combine` says which of their sizes counts. Default: only `schedules`.',
    ),
    combine: nullWhenAbsent(
      ScalingCombine,
      '`max`: the largest size of the rules counts, so each can make the group grow; `min`: the ' +
        'smallest, so the group grows only where all rules agree, and shrinks for one. ' +
        'Default: `max`.',
    ),
    schedules: nullWhenAbsent(
      z.array(ScalingSchedule).min(1).max(SCHEDULES_MAX),
      'Other bounds at times. Where several hold, the largest `min_size` and `max_size` count.',
    ),
    prediction: nullWhenAbsent(
      ScalingPrediction,
      'The group grows before the load does, by forecasts. Default: what is measured alone.',
    ),
    fallback_size: nullWhenAbsent(
      z.int().min(0).max(SIZE_MAX),
      'Size to which the group grows when a metric of its rules has been unknown for five ' +
        'minutes. A larger group keeps its size: unknown metrics shrink nothing. ' +
        'Default: it keeps its size.',
    ),
    cooldown: nullWhenAbsent(
      duration(0, DAY_MS, 'of at most 24h, such as 5m'),
      'Time after a change in which the group does not shrink. Default: `5m`.',
    ),
    shrink_window: nullWhenAbsent(
      duration(0, DAY_MS, 'of at most 24h, such as 5m'),
      'The group shrinks to the largest size that was needed in this time. Default: `5m`.',
    ),
    warm_up: nullWhenAbsent(
      duration(0, DAY_MS, 'of at most 24h, such as 2m'),
      'Time from its start until a member takes its part of the load. Default: `2m`.',
    ),
    grow_factor: nullWhenAbsent(
      z.number().min(1).max(FACTOR_MAX),
      'Maximum number of members added within `warm_up`. Default: no limit; 2 while more ' +
        'than 20 % of the members are not ready.',
    ),
    reversals_per_hour: nullWhenAbsent(
      z.int().min(0).max(REVERSALS_MAX),
      'Times an hour that growth may follow shrinkage or the other way round; after that the ' +
        `group only grows. Default: ${REVERSALS_PER_HOUR_MAX}.`,
    ),
    vertical: nullWhenAbsent(
      VerticalMode,
      '`recommend`: `novacron group explain` recommends CPU and memory of the members by what ' +
        'they have used; nothing is changed by itself. `off`: it does not. `apply`: members are ' +
        'changed one at a time: to more while they run where their nodes can do that, to less, ' +
        'or with a restart, in `vertical_window`. `vm.cpu_cores` and `vm.memory_gb` stay as ' +
        'they are configured. Default: `recommend`.',
    ),
    vertical_max: nullWhenAbsent(
      VerticalLimit,
      'The largest size that `vertical` = `apply` may give a member, which needs it.',
    ),
    vertical_window: nullWhenAbsent(
      VmRestartWindow,
      'Window in which members may be restarted for another size, and get less. Default: they ' +
        'get more where their nodes can do that while they run, and never less.',
    ),
    vertical_min: nullWhenAbsent(
      VerticalLimit,
      'The smallest size that `vertical` = `apply` may give a member. Default: one core, half a ' +
        'GB.',
    ),
    scale_in: nullWhenAbsent(ScaleIn, 'How members are removed.'),
    weights: nullWhenAbsent(
      ScalingWeights,
      'Weights by which `novacron group alternatives` ranks other sizes, numbers and spot shares ' +
        'of members; they sum to 1. Nothing is changed by itself. Default: ' +
        `${SCALING_WEIGHTS.cost} for cost, ${SCALING_WEIGHTS.performance} for performance, ` +
        `${SCALING_WEIGHTS.risk} for risk.`,
    ),
  })
  .superRefine((value, context) => report(findScalingFaults(value), context));
export type GroupScaling = z.infer<typeof GroupScaling>;
