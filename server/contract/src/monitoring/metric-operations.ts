/** The rows of the operations table about metrics: series of VMs, groups, tenants and the fleet. */
import { z } from 'zod';
import { MetricKind, MetricName } from '../formats/metric-name.ts';
import { Moment } from '../formats/read-moment.ts';
import { NetworkId, NodeId, VmGroupId, VmId } from '../ids.ts';
import { type Listing, oneOf, wholeList, wholeListShape } from '../operation/listing.ts';
import { change, look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';

/** Samples of one write: some milliseconds of work. */
export const METRIC_SAMPLES_MAX = 1_000;

/** Samples of one import: some 300 kB, and more than an hour of samples of every second. */
export const METRIC_IMPORT_SAMPLES_MAX = 5_000;

/** Maximum age of an imported sample: older hours are removed. Unit: seconds. */
export const METRIC_HISTORY_S_MAX = 400 * 86_400;

/** Series of one VM, group or tenant, those that NovaCron measures included. */
export const METRIC_SERIES_PER_TARGET_MAX = 100;

/** Points of one answer: what a chart has pixels for. */
export const METRIC_POINTS_MAX = 1_440;

/** Maximum age of a sample when it is written: Prometheus resends for as long. Unit: seconds. */
export const METRIC_LATE_S_MAX = 7_200;

/** Maximum lead of a sample over the server's clock. Unit: seconds. */
export const METRIC_AHEAD_S_MAX = 60;

/** Target of a series. Without both: the caller's tenant. */
export const METRIC_TARGET = {
  vm_id: VmId.optional().describe('Metrics of this VM'),
  vm_group_id: VmGroupId.optional().describe(
    'Metrics of this VM group; without a target: of the tenant',
  ),
};

const PlaceName = z.string().min(1).max(128);

/** Targets of series besides those that clients write. All but networks are of the platform. */
export const FLEET_TARGETS = {
  network_id: NetworkId.optional().describe('Metrics of this network'),
  node_id: NodeId.optional().describe('Metrics of this node'),
  zone: PlaceName.optional().describe('Metrics of the nodes of this zone'),
  node_class: PlaceName.optional().describe('Metrics of the nodes of this class'),
  storage_pool: PlaceName.optional().describe('Metrics of this storage class, such as `ssd`'),
  fleet: z.boolean().default(false).describe('Metrics of the whole fleet'),
};

/** Length of a step of {@link STEPPED_PERIOD}, as of a watched metric. Unit: seconds. */
export const WATCH_STEP_S = 300;

/** Steps of a metric that are judged or compared. */
export const STEPPED_PERIOD = {
  from: Moment.default('1d').describe('Begin: RFC 3339, or a duration before now. Default: 1d'),
  to: Moment.optional().describe('End, not included. Default: now'),
  step_seconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(WATCH_STEP_S)
    .describe(
      `Length of a step, of which there may be ${METRIC_POINTS_MAX}. Unit: seconds. ` +
        `Default: ${WATCH_STEP_S}`,
    ),
} as const;

/** A number that is none, as Prometheus writes it: JSON has no word for it. */
const NotANumber = z.enum(['NaN', '+Inf', '-Inf']);

/** One value of a series. */
const Sample = z.strictObject({
  name: MetricName.describe('Name of the metric, whose last words are the unit'),
  value: z
    .union([z.number(), NotANumber])
    .nullable()
    .describe('Value; null: the source has none now'),
  at: Moment.optional().describe('Time of the measurement, to the second. Default: now'),
});

const counted = (words: string) => z.int().min(0).describe(words);

/** Result of writing samples. */
export const MetricWritten = z.looseObject({
  stored: counted('Samples that were stored'),
  duplicated: counted('Samples of a second for which the series has a value: the first one stays'),
  late: counted(`Samples that are older than ${METRIC_LATE_S_MAX} s, which are not stored`),
  ahead: counted(
    `Samples that are more than ${METRIC_AHEAD_S_MAX} s ahead of the server, which are not stored`,
  ),
  missing: counted('Samples without a value, which are not stored: missing is not 0'),
  not_a_number: counted('Samples that are NaN or infinite, which are not stored'),
  new_series: counted('Series that began with this write'),
  notices: z
    .array(z.string())
    .describe('Why samples with a value are not stored, a sentence a reason'),
});
export type MetricWritten = z.infer<typeof MetricWritten>;

/** Result of importing samples. */
export const MetricImported = z.looseObject({
  stored: counted('Samples that were stored'),
  duplicated: counted(
    'Samples of a minute with a value, or of an hour where hours are stored: these stay',
  ),
  recent: counted('Samples of the last 2 hours, which are not stored: `metric.write` stores them'),
  expired: counted('Samples that are more than 400 days old, which are not stored'),
  new_series: counted('Series that began with this import: 0 or 1'),
});
export type MetricImported = z.infer<typeof MetricImported>;

/** Source of a series. */
export const MetricSource = z.enum(['measured', 'written']);

/** A series: the values of one metric of one thing. */
export const MetricSeriesItem = z.looseObject({
  name: z.string().describe('Name of the metric'),
  unit: z.string().describe('Unit of its values, in words'),
  kind: MetricKind.describe('`gauge`, or `counter`: it only grows until its source restarts'),
  source: MetricSource.describe('`measured` by NovaCron, or `written` by `metric.write`'),
  since: Timestamp.describe('When the series began; imports may add earlier values'),
  latest_at: Timestamp.nullable().describe('Time of its latest value; null: none in 30 minutes'),
  latest_value: z.number().nullable().describe('Its latest value; null: none in 30 minutes'),
});
export type MetricSeriesItem = z.infer<typeof MetricSeriesItem>;

/**
 * Filters and sort fields of series; the target is not a filter, because it is always exactly one.
 */
const LISTING = {
  filters: { source: oneOf(MetricSource, 'Only those that are measured, or written') },
  sort: ['name'],
  search: ['name'],
} as const satisfies Listing;

/** Statistic over the values of a step. */
export const MetricStatistic = z.enum([
  'avg',
  'min',
  'max',
  'sum',
  'count',
  'rate',
  'p50',
  'p90',
  'p95',
  'p99',
]);
export type MetricStatistic = z.infer<typeof MetricStatistic>;

/** Resolution of the values that an answer is based on. */
export const MetricResolution = z.enum(['sample', 'minute', 'hour']);
export type MetricResolution = z.infer<typeof MetricResolution>;

/** The values of one step. */
const Point = z.looseObject({
  at: Timestamp.describe('Begin of the step'),
  values: z
    .record(z.string(), z.number().nullable())
    .describe('Each statistic; null: no sample in the step, so it is not known'),
});

/** The rows by name. */
export const metricOperations = {
  'metric.write': {
    ...change,
    summary:
      'Writes samples of metrics of a VM, a VM group or the tenant. A new name begins a series, ' +
      'which counts against the quota metric_series.',
    rest: { method: 'POST', path: '/metrics', status: 200 },
    input: z.strictObject({
      ...METRIC_TARGET,
      samples: z
        .array(Sample)
        .min(1)
        .max(METRIC_SAMPLES_MAX)
        .describe('Samples of one or several metrics, in any order'),
    }),
    output: MetricWritten,
    problems: ['not-found', 'quota-exceeded', 'policy-denied', 'conflict'],
  },
  'metric.import': {
    ...change,
    summary:
      'Imports older samples of a metric of a VM group, the tenant, a network or the fleet. ' +
      'Values that are there stay.',
    rest: { method: 'POST', path: '/metrics/import', status: 200 },
    input: z.strictObject({
      vm_group_id: METRIC_TARGET.vm_group_id,
      ...FLEET_TARGETS,
      name: MetricName.describe('Name of the metric'),
      samples: z
        .array(
          z.strictObject({
            at: Timestamp.describe('Time of the measurement'),
            value: z.number().describe('Value'),
          }),
        )
        .min(1)
        .max(METRIC_IMPORT_SAMPLES_MAX)
        .describe(
          'Samples that are more than 2 hours old, in any order. Give all of an hour in one ' +
            'request: those of a later request are duplicates',
        ),
    }),
    output: MetricImported,
    problems: ['not-found', 'quota-exceeded', 'policy-denied', 'conflict'],
  },
  'metric.list': {
    ...look,
    summary: 'Lists the metrics of a VM, a VM group, the tenant, a network or the fleet.',
    rest: { method: 'GET', path: '/metrics', status: 200 },
    ...wholeList(MetricSeriesItem, LISTING),
    input: z.strictObject({
      ...METRIC_TARGET,
      ...FLEET_TARGETS,
      ...wholeListShape(MetricSeriesItem, LISTING),
    }),
    problems: ['not-found'],
  },
  'metric.query': {
    ...look,
    summary: 'Shows a metric over time, by statistics.',
    rest: { method: 'GET', path: '/metrics/query', status: 200 },
    input: z.strictObject({
      ...METRIC_TARGET,
      ...FLEET_TARGETS,
      name: MetricName.describe('Name of the metric'),
      from: Moment.default('1h').describe('Begin: RFC 3339, or a duration before now. Default: 1h'),
      to: Moment.optional().describe('End, not included. Default: now'),
      step_seconds: z
        .int()
        .min(1)
        .max(86_400 * 31)
        .optional()
        .describe(
          `Length of a step. Unit: seconds. Default: a minute, or more where there would be more ` +
            `than ${METRIC_POINTS_MAX} points`,
        ),
      statistics: z
        .array(MetricStatistic)
        .min(1)
        .max(MetricStatistic.options.length)
        .default(['avg'])
        .describe('Statistics of each step: `rate` is the growth of a counter per second'),
    }),
    output: z.looseObject({
      name: z.string().describe('Name of the metric'),
      unit: z.string().describe('Unit of its values, in words; of a rate, per second'),
      kind: MetricKind,
      resolution: MetricResolution.describe(
        'Source of the points: samples, or means over a minute or an hour',
      ),
      from: Timestamp.describe('Begin of the first step'),
      to: Timestamp.describe('End, not included'),
      step_seconds: z.int().describe('Length of a step. Unit: seconds.'),
      points: z.array(Point).describe('One for each step, oldest first'),
    }),
    problems: ['not-found'],
  },
} as const;
