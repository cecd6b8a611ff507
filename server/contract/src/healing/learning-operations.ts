/** Rows of the operations table about what healing has learned from earlier attempts. */
import { z } from 'zod';
import { Comment } from '../operation/hold.ts';
import { change, look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';

/** Success rate of a strategy, and when it is tried. */
export const StrategyOutcomes = z.looseObject({
  cause: z.string().describe('Cause of the healing, such as `unhealthy`'),
  level: z
    .int()
    .describe('Level of the ladder: 0 fence, 1 restart, 2 migrate, 3 scale, 4 failover'),
  place: z.int().describe('Place among the strategies of its cause and level, from 1'),
  strategy: z.string().describe('Action taken, such as `reset`'),
  default_place: z.int().describe('Place without outcomes'),
  learned: z.boolean().describe('Whether outcomes decide the place; otherwise it is the default'),
  outcomes: z.int().describe('Number of attempts whose end is known'),
  succeeded: z.int().describe('Number of those that have helped'),
  success_rate_low: z
    .number()
    .min(0)
    .max(1)
    .describe('Success rate that it has at least, with a confidence of 95 %, 0 to 1'),
  mean_seconds: z
    .number()
    .nullable()
    .describe('Mean time until it had helped. Unit: seconds; null if it never has'),
});
export type StrategyOutcomes = z.infer<typeof StrategyOutcomes>;

/** Outcomes of attempts, and the resulting strategies. */
export const HealingOutcomes = z.looseObject({
  since: Timestamp.nullable().describe('Since when outcomes count; null: all that are retained'),
  strategies: z
    .array(StrategyOutcomes)
    .describe('Strategies in the order in which they are tried, by cause and level'),
  explanation: z.array(z.string()).describe('Explanation, one line per reason'),
});
export type HealingOutcomes = z.infer<typeof HealingOutcomes>;

/** The rows by name. */
export const learningOperations = {
  'healing.outcomes': {
    ...look,
    summary: 'Shows the outcomes of healing, and the order in which strategies are tried.',
    rest: { method: 'GET', path: '/orchestration/healing/outcomes', status: 200 },
    input: z.strictObject({}),
    output: HealingOutcomes,
    problems: [],
  },
  'healing.forget_outcomes': {
    ...change,
    role: 'admin',
    summary: 'Resets the recorded outcomes: strategies are tried in their default order again.',
    rest: { method: 'POST', path: '/orchestration/healing/forget-outcomes', status: 200 },
    input: z.strictObject({
      reason: Comment.optional().describe('Reason, for the audit log'),
    }),
    output: z.looseObject({ since: Timestamp.describe('Since when outcomes count now') }),
    problems: ['policy-denied', 'conflict'],
  },
} as const;
