/** The rows of the operations table about anomalies of metrics. */
import { z } from 'zod';
import { MetricKind, MetricName } from '../formats/metric-name.ts';
import { type Listing, oneOf, wholeList, wholeListShape } from '../operation/listing.ts';
import { change, look } from '../operation/operation-shapes.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';
import { AlertSeverity } from './alert-operations.ts';
import { METRIC_TARGET, STEPPED_PERIOD } from './metric-operations.ts';

/** Watched metrics of one tenant: each costs as much as a forecast every few minutes. */
export const METRIC_WATCHES_MAX = 50;

const name = MetricName.describe('Name of the metric');

/** An unusual step. */
const Anomaly = z.looseObject({
  at: Timestamp.describe('Begin of the step'),
  value: z.number().describe('Mean of the step; of a counter, its growth per second'),
  score: z
    .number()
    .describe('0 to below 1: 0.99 is about as rare as one step in a hundred; 0.999, in a thousand'),
  expected: z.number().nullable().describe('What the steps before let expect; null: not known'),
  reason: z.string().describe('What is unusual, in words'),
});

/** Kind of what a watched metric measures. */
export const MetricTargetKind = z.enum(['vm', 'vm_group', 'tenant']);

/** A metric that is watched for anomalies. */
export const MetricWatch = z.looseObject({
  name: z.string().describe('Name of the metric'),
  target_kind: MetricTargetKind.describe('Kind of what it measures'),
  target_id: z.string().describe('Id of what it measures'),
  target: z.string().nullable().describe('Name of the VM or VM group; null for the tenant'),
  threshold: z.number().describe('Score from which a step raises an alert'),
  severity: AlertSeverity.describe('Severity of its alerts'),
  rows: z
    .int()
    .describe('Steps of 5 minutes that were judged; the first 300 of a metric raise no alert'),
  scored_to: Timestamp.describe('End of the last step that was judged'),
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type MetricWatch = z.infer<typeof MetricWatch>;

const LISTING = {
  filters: { target_kind: oneOf(MetricTargetKind, 'Only those that measure one of these kinds') },
  sort: ['name', 'target', 'created_at'],
  search: ['name', 'target'],
  time: 'created_at',
} as const satisfies Listing;

/** The rows by name. */
export const anomalyOperations = {
  'metric.anomalies': {
    ...look,
    summary:
      'Finds unusual steps of a metric of a VM, a VM group or the tenant, each judged by the ' +
      'steps before it.',
    rest: { method: 'GET', path: '/metrics/anomalies', status: 200 },
    input: z.strictObject({
      ...METRIC_TARGET,
      name,
      ...STEPPED_PERIOD,
      threshold: z
        .number()
        .min(0)
        .max(1)
        .default(0.99)
        .describe('Lowest score of a step that is shown. Default: 0.99'),
    }),
    output: z.looseObject({
      name: z.string().describe('Name of the metric'),
      unit: z.string().describe('Unit of the values, in words; of a counter, per second'),
      kind: MetricKind,
      from: Timestamp.describe('Begin of the first step'),
      to: Timestamp.describe('End, not included'),
      step_seconds: z.int().describe('Length of a step. Unit: seconds.'),
      history_from: Timestamp.nullable().describe(
        'Begin of the steps that the others are judged by; null where there is none',
      ),
      rows: z.int().describe('Steps with a value, those of the history included'),
      known: z.boolean().describe('Whether anything was scored; false: there are too few rows'),
      points: z.array(Anomaly).describe('Unusual steps, oldest first'),
      explanation: z.array(z.string()).describe('What was judged, and from how many rows'),
    }),
    problems: ['not-found'],
  },
  'metric.watch': {
    ...change,
    summary:
      'Watches a metric of a VM, a VM group or the tenant: an alert says when it is unusual, or ' +
      'reports nothing any more. Watching it again changes its threshold and severity.',
    rest: { method: 'POST', path: '/metrics/watches', status: 200 },
    input: z.strictObject({
      ...METRIC_TARGET,
      name,
      threshold: z
        .number()
        .min(0.9)
        .max(0.999999)
        .default(0.999)
        .describe(
          'Score from which a step raises an alert. 0.99 alerts more often, 0.9999 less. ' +
            'Default: 0.999',
        ),
      severity: AlertSeverity.default('warning').describe(
        'Severity of its alerts. Default: warning',
      ),
    }),
    output: z.looseObject({ resource: MetricWatch }),
    problems: ['not-found', 'quota-exceeded', 'policy-denied', 'conflict'],
  },
  'metric.unwatch': {
    ...change,
    summary: 'Stops watching a metric, and resolves its alerts.',
    rest: { method: 'POST', path: '/metrics/watches/delete', status: 200 },
    input: z.strictObject({ ...METRIC_TARGET, name }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'metric.watches': {
    ...look,
    summary: `Lists the metrics of the tenant that are watched, at most ${METRIC_WATCHES_MAX}.`,
    rest: { method: 'GET', path: '/metrics/watches', status: 200 },
    ...wholeList(MetricWatch, LISTING),
    input: z.strictObject(wholeListShape(MetricWatch, LISTING)),
    problems: [],
  },
} as const;
