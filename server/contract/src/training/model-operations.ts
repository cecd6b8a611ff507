/** The rows of the operations table about models. */
import { z } from 'zod';
import { MetricName } from '../formats/metric-name.ts';
import { ModelId, VmGroupId } from '../ids.ts';
import { METRIC_TARGET } from '../monitoring/metric-operations.ts';
import { list, oneOf, oneOfTexts, wholeList, wholeListShape } from '../operation/listing.ts';
import { change, create, keyed, look, written } from '../operation/operation-shapes.ts';
import { newName } from '../schema/new-name.ts';
import { ResourceName } from '../schema/resource.ts';
import { ForecastModel } from './forecast-model.ts';
import {
  Model,
  ModelComparison,
  ModelEnvironment,
  ModelPrediction,
  ModelSettings,
  ModelThresholds,
  ModelVersion,
  modelShape,
  PREDICTED_ROWS_MAX,
  trialShape,
} from './model.ts';

const id = ModelId;

const version = z.int().min(1);

const environment = ModelEnvironment.default('production').describe(
  'Environment whose champion is meant. Default: production',
);

const resource = z.looseObject({ resource: Model });

const VERSIONS = { filters: {}, sort: ['-created_at'], search: [], time: 'created_at' } as const;

/** Fewer rows have no batch means, from which chance is measured. */
const COMPARED_ROWS_MIN = 40;

const PLANNED_ROWS_MAX = 1_000_000;

/** The rows by name. */
export const modelOperations = {
  'model.create': {
    ...create,
    summary: 'Creates a model of a metric, and trains its first version from stored series.',
    rest: { method: 'POST', path: '/models', status: 202 },
    input: z.strictObject({
      name: newName(ResourceName).describe('Name of the model'),
      ...METRIC_TARGET,
      ...modelShape,
      ...keyed,
    }),
    output: written(Model),
    problems: [
      'name-taken',
      'not-found',
      'policy-denied',
      'quota-exceeded',
      'conflict',
      'storage-full',
      'idempotency-key-reused',
    ],
  },
  'model.train': {
    ...change,
    summary: 'Trains a new version of a model from the series as they are now.',
    rest: { method: 'POST', path: '/models/{id}/train', status: 202 },
    input: z.strictObject({ id }),
    output: written(Model),
    problems: ['not-found', 'policy-denied', 'conflict', 'storage-full'],
  },
  'model.get': {
    ...look,
    summary: 'Shows a model: what it predicts, its champions and their drift.',
    rest: { method: 'GET', path: '/models/{id}', status: 200 },
    input: z.strictObject({ id }),
    output: Model,
    problems: ['not-found'],
  },
  'model.list': {
    ...look,
    summary: 'Lists models.',
    rest: { method: 'GET', path: '/models', status: 200 },
    ...list(Model, {
      filters: { name: oneOf(ResourceName, 'Only models with one of these names') },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'model.forecasts': {
    ...look,
    summary:
      'Lists the models that forecasts selected, with their backtests and earlier versions: the ' +
      '1000 selected last.',
    rest: { method: 'GET', path: '/forecast-models', status: 200 },
    ...wholeList(ForecastModel, {
      filters: {
        target_id: oneOfTexts('Only models of one of these tenants, VMs or VM groups, by ID'),
        metric: oneOf(MetricName, 'Only models of one of these metrics'),
      },
      sort: ['-selected_at'],
      search: [],
      time: 'selected_at',
    }),
    problems: [],
  },
  'model.versions': {
    ...look,
    summary: 'Lists the versions of a model with their scores and origin, newest first.',
    rest: { method: 'GET', path: '/models/{id}/versions', status: 200 },
    ...wholeList(ModelVersion, VERSIONS),
    input: z.strictObject({ ...wholeListShape(ModelVersion, VERSIONS), id }),
    problems: ['not-found'],
  },
  'model.compare': {
    ...look,
    summary: 'Compares a version with the champion on rows that neither has learned from.',
    rest: { method: 'GET', path: '/models/{id}/compare', status: 200 },
    input: z.strictObject({
      id,
      model_version: version.optional().describe('Challenger. Default: the newest candidate'),
      environment,
      planned_rows: z
        .int()
        .min(COMPARED_ROWS_MIN)
        .max(PLANNED_ROWS_MAX)
        .default(672)
        .describe(
          'Rows after which the comparison ends, declared before it: so looking at it on the way ' +
            'makes no difference significant. Default: 672, a week of 15 minutes',
        ),
    }),
    output: ModelComparison,
    problems: ['not-found', 'conflict'],
  },
  'model.promote': {
    ...change,
    summary: 'Makes a version the champion of an environment, if it is better than any rule.',
    rest: { method: 'POST', path: '/models/{id}/promote', status: 200 },
    input: z.strictObject({
      id,
      model_version: version.describe('Version to promote'),
      environment,
    }),
    output: resource,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'model.rollback': {
    ...change,
    summary: 'Makes the champion before the current one the champion of an environment again.',
    rest: { method: 'POST', path: '/models/{id}/rollback', status: 200 },
    input: z.strictObject({
      id,
      environment,
      model_version: version
        .optional()
        .describe('Champion to take back; refused if it is another by now. Default: the current'),
    }),
    output: resource,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'model.start_trial': {
    ...change,
    summary: 'Starts a trial (A/B test): a version acts for a share of time blocks or groups.',
    rest: { method: 'POST', path: '/models/{id}/start-trial', status: 200 },
    input: z.strictObject({
      id,
      model_version: version.describe('Challenger'),
      environment,
      ...trialShape,
    }),
    output: resource,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'model.stop_trial': {
    ...change,
    summary: 'Ends the trial of a model; its champion acts alone again.',
    rest: { method: 'POST', path: '/models/{id}/stop-trial', status: 200 },
    input: z.strictObject({ id }),
    output: resource,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'model.predict': {
    ...look,
    summary:
      'Predicts with the version that acts in an environment: from rows, or from the series.',
    rest: { method: 'POST', path: '/models/{id}/predict', status: 200 },
    input: z.strictObject({
      id,
      environment,
      vm_group_id: VmGroupId.optional().describe(
        'Group whose series to predict from. Default: what the model learned from',
      ),
      rows: z
        .array(z.record(z.string().max(64, { abort: true }), z.number().nullable()))
        .min(1)
        .max(PREDICTED_ROWS_MAX, { abort: true })
        .optional()
        .describe('Rows of features, by name; null: missing. Default: the series now'),
    }),
    output: ModelPrediction,
    problems: ['not-found', 'conflict'],
  },
  'model.card': {
    ...look,
    summary: 'Writes the card of a version: how it was measured, with plots, and its origin.',
    rest: { method: 'GET', path: '/models/{id}/card', status: 200 },
    input: z.strictObject({
      id,
      model_version: version.optional().describe('Default: the newest version'),
      format: z
        .enum(['markdown', 'html'])
        .default('markdown')
        .describe('`html` has plots. Default: markdown'),
    }),
    output: z.looseObject({ version: z.int(), card: z.string().describe('The document') }),
    problems: ['not-found', 'conflict'],
  },
  'model.export': {
    ...look,
    role: 'operator',
    summary: 'Exports a version as a file with a checksum, which `novacron model file` reads.',
    rest: { method: 'GET', path: '/models/{id}/export', status: 200 },
    input: z.strictObject({
      id,
      model_version: version.optional().describe('Default: the newest version'),
    }),
    output: z.looseObject({
      version: z.int(),
      sha256: z.string().describe('SHA-256 of the file'),
      file: z.string().describe('The file: JSON'),
    }),
    problems: ['not-found', 'conflict'],
  },
  'model.delete': {
    ...change,
    summary: 'Deletes a model with all versions.',
    rest: { method: 'DELETE', path: '/models/{id}', status: 200 },
    input: z.strictObject({ id }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'model_settings.get': {
    ...look,
    summary: 'Shows the thresholds that models of the tenant need in each environment.',
    rest: { method: 'GET', path: '/model-settings', status: 200 },
    input: z.strictObject({}),
    output: ModelSettings,
    problems: [],
  },
  'model_settings.update': {
    ...change,
    role: 'admin',
    summary: 'Changes the thresholds that models of the tenant need in each environment.',
    rest: { method: 'PATCH', path: '/model-settings', status: 200 },
    input: z.strictObject({
      development: ModelThresholds.optional().describe('Thresholds of development'),
      staging: ModelThresholds.optional().describe('Thresholds of staging'),
      production: ModelThresholds.optional().describe('Thresholds of production'),
    }),
    output: z.looseObject({ resource: ModelSettings }),
    problems: ['policy-denied'],
  },
} as const;
