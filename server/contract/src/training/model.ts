/** Models that the server trains from the series of a tenant, and their versions. */
import { z } from 'zod';
import { MetricName, unitOfMetric } from '../formats/metric-name.ts';
import { ModelId, OperationId, VmGroupId } from '../ids.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';
import { ModelKind } from './model-file.ts';

/** Features of a model. */
const FEATURES_MAX = 32;

/** Longest history that a model learns from. Unit: days. */
const HISTORY_DAYS_MAX = 400;

/** Longest horizon, and longest step. Unit: seconds. */
const DAY_S = 86_400;

/** Versions that are stored of a model; the oldest that nothing uses are deleted. */
export const MODEL_VERSIONS_MAX = 10;

/** Rows that a model learns from. */
export const MODEL_ROWS_MAX = 20_000;

/** Rows that one request predicts. */
export const PREDICTED_ROWS_MAX = 1_000;

/** Blocks of a trial. */
const TRIAL_BLOCKS_MAX = 2_000;

/** Groups of a trial: each reads its series and runs in the thread. */
const TRIAL_GROUPS_MAX = 50;

/** Places in which a model acts, each with a champion of its own. */
export const ModelEnvironment = z
  .enum(['development', 'staging', 'production'])
  .describe('Environment, which has a champion and thresholds of its own');
export type ModelEnvironment = z.infer<typeof ModelEnvironment>;

const TIMES: readonly string[] = ['hour_of_day', 'day_of_week'];

const FEATURE_ERROR = 'must be the name of a metric, hour_of_day or day_of_week';

/** A feature: a metric, or the time of what is predicted. */
const ModelFeature = z
  .string()
  .max(64, { abort: true })
  .regex(/^[a-z][a-z0-9_]*$/, { error: FEATURE_ERROR, abort: true })
  .refine((name) => TIMES.includes(name) || unitOfMetric(name) !== undefined, {
    error: FEATURE_ERROR,
  })
  .describe('Metric, or `hour_of_day` or `day_of_week` of the predicted time, in UTC');

/** What a model learns: given once, and the same for all versions. */
export const modelShape = {
  target: MetricName.describe('Metric to predict'),
  features: z
    .array(ModelFeature)
    .min(1)
    .max(FEATURES_MAX, { abort: true })
    .describe('What it is predicted from. With a horizon, the target itself may be one'),
  step_seconds: z
    .int()
    .min(60)
    .max(DAY_S)
    .default(900)
    .describe('Length of a step, over which metrics are averaged. Unit: seconds. Default: 900'),
  horizon_seconds: z
    .int()
    .min(0)
    .max(7 * DAY_S)
    .default(0)
    .describe('How far ahead it predicts; 0: the same step. Unit: seconds. Default: 0'),
  history_days: z
    .int()
    .min(1)
    .max(HISTORY_DAYS_MAX)
    .default(28)
    .describe('History that each training reads, back from its time. Unit: days. Default: 28'),
  alarm_above: z
    .number()
    .nullable()
    .default(null)
    .describe('Value of the target above which precision and recall are measured; null: none'),
  seed: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(1)
    .describe('Random seed: the same data and seed make the same model. Default: 1'),
} as const;

/** State of a version. */
export const ModelVersionState = z
  .enum(['training', 'candidate', 'champion', 'retired', 'refused'])
  .describe(
    '`candidate`: may be promoted; `champion`: acts in an environment; `retired`: was a ' +
      'champion; `refused`: not better than the best simple rule, or not trained, with the reason',
  );
export type ModelVersionState = z.infer<typeof ModelVersionState>;

/** The better one of two versions. */
export const ModelVerdict = z
  .enum(['challenger', 'champion', 'undecided', 'no-difference'])
  .describe('Better one; `undecided` before all that was planned has come');

/** Result of the last comparison of a version with what came. */
export const ModelDrift = z.looseObject({
  version: z.int().describe('Version that was measured'),
  checked_at: Timestamp,
  rows: z.int().describe('Recent rows that were measured'),
  inputs: z
    .number()
    .nullable()
    .describe('Largest population stability index of a feature; above 0.25 the inputs drifted'),
  feature: z.string().nullable().describe('Feature with this index'),
  mae: z.number().nullable().describe('Mean absolute error of the recent predictions'),
  mae_trained: z.number().describe('Mean absolute error on the rows that were held back'),
  rule_mae: z.number().nullable().describe('Mean absolute error of the best simple rule lately'),
  drifted: z.boolean().describe('Whether a new candidate is trained'),
  acts: z.boolean().describe('Whether it is still better than the rule; otherwise it stays off'),
  reason: z.string().describe('What was found, in a sentence'),
});
export type ModelDrift = z.infer<typeof ModelDrift>;

/** Units of a trial. */
export const ModelTrialUnit = z
  .enum(['time_block', 'vm_group'])
  .describe(
    '`time_block`: the version changes for all at once; `vm_group`: each group keeps its version',
  );

const armShape = {
  units: z.int().describe('Blocks or groups that were measured'),
  mae: z.number().nullable().describe('Mean of their mean absolute errors; null without units'),
};

/** How a trial is declared. */
export const trialShape = {
  unit: ModelTrialUnit.default('time_block').describe(
    'What has a version each. `time_block`: the version changes for all at once; ' +
      '`vm_group`: each group keeps its version. Default: time_block',
  ),
  vm_group_ids: z
    .array(VmGroupId)
    .max(TRIAL_GROUPS_MAX, { abort: true })
    .default([])
    .describe('Groups whose versions differ, at least 4; only with the unit `vm_group`'),
  share: z
    .number()
    .min(0.05)
    .max(0.95)
    .default(0.5)
    .describe('Share of the units for which the challenger acts. Default: 0.5'),
  block_seconds: z
    .int()
    .min(60)
    .max(7 * DAY_S)
    .default(3_600)
    .describe('Length of a block, a multiple of the step. Unit: seconds. Default: 3600'),
  planned_blocks: z
    .int()
    .min(20)
    .max(TRIAL_BLOCKS_MAX)
    .default(168)
    .describe('Blocks after which it ends, declared before it begins. Default: 168, a week'),
  seed: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(1)
    .describe('Random seed of the assignment. Default: 1'),
} as const;

/** A trial (A/B test): two versions act in one environment, each for its share of the units. */
export const ModelTrial = z.looseObject({
  state: z.enum(['running', 'ended']),
  environment: ModelEnvironment,
  champion: z.int().describe('Version that acts outside of the trial'),
  challenger: z.int().describe('Version that acts for a share of the units'),
  unit: ModelTrialUnit,
  vm_group_ids: z.array(VmGroupId).describe('Groups of the trial; empty for time blocks'),
  share: z.number().describe('Share of the units for which the challenger acts'),
  seed: z.int().describe('The same seed assigns the same versions'),
  block_seconds: z.int(),
  planned_blocks: z.int().describe('Blocks after which it ends, declared before it begins'),
  starts_at: Timestamp,
  ends_at: Timestamp.describe('Last block at the latest, or when it ended'),
  started_by: PrincipalName,
  result: z
    .looseObject({
      measured_at: Timestamp,
      blocks: z.int().describe('Blocks whose predictions can all be measured'),
      champion: z.looseObject(armShape),
      challenger: z.looseObject(armShape),
      welch_p: z.number().nullable().describe('Chance of such errors without a difference (Welch)'),
      mann_whitney_p: z.number().nullable().describe('The same for ranks (Mann and Whitney)'),
      statistic: z.number().describe('Evidence so far; beyond the bound the trial ends early'),
      bound: z.number(),
      verdict: ModelVerdict,
    })
    .nullable()
    .describe('Null until it was measured'),
  reason: z.string().nullable().describe('What was found, or why it ended, in a sentence'),
});
export type ModelTrial = z.infer<typeof ModelTrial>;

/** A model. */
export const Model = z.looseObject({
  id: ModelId,
  name: ResourceName,
  kind: ModelKind,
  target: z.string().describe('Metric to predict'),
  features: z.array(z.string()),
  target_kind: z.enum(['tenant', 'vm', 'vm_group']).describe('What the metrics are of'),
  target_id: z.string().describe('Id of the tenant, VM or VM group'),
  step_seconds: z.int(),
  horizon_seconds: z.int(),
  history_days: z.int(),
  alarm_above: z.number().nullable(),
  seed: z.int(),
  latest_version: z.int().describe('Number of the newest version'),
  champions: z
    .record(z.string(), z.int().nullable())
    .describe('Number of the champion of each environment; null: none, so nothing acts'),
  drift: z.array(ModelDrift).describe('Drift of each version that is a champion and was measured'),
  trial: ModelTrial.nullable().describe('The last trial (A/B test); null: there was none'),
  revision: z.int(),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type Model = z.infer<typeof Model>;

const Errors = z.looseObject({
  mae: z.number().describe('Mean absolute error, in the unit of the target'),
  r2: z.number().describe('Share of the variance that is explained'),
});

/** How a version was measured on rows that it has not seen. */
export const ModelScores = z.looseObject({
  rows_trained: z.int(),
  rows_held_back: z.int(),
  ...Errors.shape,
  rules: z.array(Errors.extend({ rule: z.string() })).describe('Simple rules, the best first'),
  improvement: z.number().describe('Share of the error of the best rule that the model avoids'),
  improvement_lower: z.number().describe('Its lower bound with 99 % confidence'),
  is_better: z.boolean().describe('Whether that is above 0'),
  noisy_mae: z.number().describe('Error with noise of a tenth of the spread of each feature'),
  missing_mae: z.number().describe('Error with a fifth of the values missing'),
  alarm: z
    .looseObject({
      above: z.number(),
      share: z.number().describe('Share of rows above it'),
      precision: z.number().nullable(),
      recall: z.number().nullable(),
      f1: z.number().nullable(),
      auc: z.number().nullable().describe('Area under the ROC curve'),
    })
    .nullable()
    .describe('Where the model has `alarm_above`'),
});
export type ModelScores = z.infer<typeof ModelScores>;

/** A version of a model. */
export const ModelVersion = z.looseObject({
  version: z.int(),
  state: ModelVersionState,
  reason: z.string().nullable().describe('Why it was refused, or trained without a request'),
  environments: z.array(ModelEnvironment).describe('Where it is the champion'),
  scores: ModelScores.nullable().describe('Null before the end of its training'),
  settings: z
    .looseObject({ depth: z.int(), learning_rate: z.number(), trees: z.int() })
    .nullable()
    .describe('Chosen by cross-validation; `trees`: those grown, until early stopping'),
  lineage: z
    .looseObject({
      from: Timestamp,
      to: Timestamp.describe('End of the data'),
      trained_to: Timestamp.describe('End of the rows that it learned from'),
      rows: z.int(),
      sha256: z.string().describe('SHA-256 of the table'),
      query: z.string().describe('Metrics, their target and step'),
    })
    .nullable()
    .describe('What it learned from'),
  seed: z.int(),
  format: z.string().nullable().describe('Format of its file'),
  sha256: z.string().nullable().describe('SHA-256 of its file'),
  bytes: z.int().nullable().describe('Size of its file. Unit: bytes.'),
  robustness: z
    .looseObject({
      predictions: z.int().describe('Predictions that another worker was asked for at once'),
      agree: z.boolean().describe('Whether all were those of the worker that trained it'),
      worker_bytes: z.int().describe('Memory of a worker that predicts. Unit: bytes.'),
    })
    .nullable()
    .describe('Measured after its training'),
  operation_id: OperationId.describe('Operation that trains it'),
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** Thresholds of one environment. */
export const ModelThresholds = z.strictObject({
  improvement_min: z
    .number()
    .min(0)
    .max(1)
    .describe('Least improvement over the best rule, with 99 % confidence: 0 to 1'),
  r2_min: z.number().max(1).nullable().describe('Least explained variance; null: any'),
  approval: z
    .enum(['none', 'another-person'])
    .describe('`another-person`: a promotion needs the approval of another person'),
});
export type ModelThresholds = z.infer<typeof ModelThresholds>;

/** Thresholds of all environments, as a tenant has them. */
export const ModelSettings = z.looseObject({
  development: ModelThresholds,
  staging: ModelThresholds,
  production: ModelThresholds,
});
export type ModelSettings = z.infer<typeof ModelSettings>;

/** Comparison of two versions on rows that neither has learned from. */
export const ModelComparison = z.looseObject({
  champion: z.int().describe('Version that acts'),
  challenger: z.int().describe('Version that would replace it'),
  from: Timestamp.describe('Begin of the rows'),
  to: Timestamp,
  rows: z.int().describe('Rows that neither has learned from'),
  champion_mae: z.number(),
  challenger_mae: z.number(),
  improvement: z.number().describe('Share of the error of the champion that is avoided'),
  improvement_lower: z.number().describe('Its lower bound with 99 % confidence'),
  welch_p: z.number().describe('Chance of such means of errors without a difference (Welch)'),
  mann_whitney_p: z.number().describe('The same for ranks (Mann and Whitney)'),
  planned_rows: z.int().describe('Rows after which the comparison ends'),
  statistic: z.number().describe('Evidence so far; beyond the bound the comparison ends early'),
  bound: z.number(),
  verdict: ModelVerdict,
  explanation: z.array(z.string()),
});
export type ModelComparison = z.infer<typeof ModelComparison>;

/** Predictions of a champion. */
export const ModelPrediction = z.looseObject({
  version: z.int().describe('Version that predicts'),
  target: z.string(),
  absent: z
    .array(z.string())
    .describe('Features that at least one of the given rows is without: it predicts without them'),
  predictions: z.array(
    z.looseObject({
      at: Timestamp.nullable().describe('Time of the predicted step; null for given rows'),
      value: z.number(),
    }),
  ),
});
export type ModelPrediction = z.infer<typeof ModelPrediction>;
