/** What the text of a stored policy reads that its input never contains. */
import { z } from 'zod';
import { Policy } from './policy.ts';

/** One of them, at its place. */
export const PolicyMismatch = z.looseObject({
  row: z.int().describe('Line of the rule, from 1'),
  column: z.int().describe('Column, from 1'),
  message: z.string().describe('What does not fit the input'),
});
export type PolicyMismatch = z.infer<typeof PolicyMismatch>;

/** A policy with what is wrong with its stored text. */
export const ShownPolicy = Policy.extend({
  mismatches: z
    .array(PolicyMismatch)
    .nullable()
    .optional()
    .describe(
      'Expressions of the rule that do not fit the input of this release; new rules with them ' +
        'are refused. null: the rule was not checked, because its compilation took too long',
    ),
});
