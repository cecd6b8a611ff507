/** The row of the operations table about metrics that move together. */
import { z } from 'zod';
import { MetricName } from '../formats/metric-name.ts';
import { look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';
import { METRIC_TARGET, STEPPED_PERIOD } from './metric-operations.ts';

/** Longer ones are chance more often than not. Unit: steps. */
const LAG_STEPS_MAX = 60;

/** Metrics of one comparison; those of a target are at most 100. */
const OTHERS_MAX = 100;

/** Relation of another metric to the metric. */
const Correlation = z.looseObject({
  name: z.string().describe('Name of the other metric'),
  target: z.string().describe('Name of what it measures'),
  verdict: z
    .enum(['correlated', 'chance', 'constant', 'too_few'])
    .describe(
      '`correlated`, or why not: chance explains it, a metric does not change, or too few steps ' +
        'have values of both',
    ),
  lag_steps: z
    .int()
    .nullable()
    .describe('Steps by which it follows the metric; negative: it comes first; null: not measured'),
  lag_seconds: z.int().nullable().describe('The same. Unit: seconds.'),
  coefficient: z
    .number()
    .nullable()
    .describe('Rank correlation of the changes at that lag: -1 to 1; null: not measured'),
  n: z.int().describe('Steps that were compared'),
  effective_n: z.int().describe('Independent ones among them, by their autocorrelation'),
  chance: z
    .number()
    .nullable()
    .describe(
      'Probability that chance makes one of all compared lags and metrics as strong; at most ' +
        '0.05 where they are `correlated`; null: not measured',
    ),
});

/** The rows by name. */
export const correlationOperations = {
  'metric.correlate': {
    ...look,
    summary:
      'Finds metrics that move together with a metric, and how much earlier or later. ' +
      'Correlation is not cause.',
    rest: { method: 'POST', path: '/metrics/correlate', status: 200 },
    input: z.strictObject({
      ...METRIC_TARGET,
      name: MetricName.describe('Name of the metric'),
      others: z
        .array(
          z.strictObject({
            ...METRIC_TARGET,
            name: MetricName.describe('Name of the other metric'),
          }),
        )
        .min(1)
        .max(OTHERS_MAX)
        .optional()
        .describe('Metrics to compare it with. Default: all others of the same target'),
      ...STEPPED_PERIOD,
      lag_steps_max: z
        .int()
        .min(0)
        .max(LAG_STEPS_MAX)
        .default(12)
        .describe('Longest lag in either direction. Unit: steps. Default: 12'),
    }),
    output: z.looseObject({
      name: z.string().describe('Name of the metric'),
      from: Timestamp.describe('Begin of the first step'),
      to: Timestamp.describe('End, not included'),
      step_seconds: z.int().describe('Length of a step. Unit: seconds.'),
      correlations: z.array(Correlation).describe('Those that move together first'),
      explanation: z.array(z.string()).describe('The result in sentences'),
    }),
    problems: ['not-found'],
  },
} as const;
