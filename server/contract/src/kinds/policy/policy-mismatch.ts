/** Mismatch of a stored policy: its text reads fields that its input never contains. */
import { z } from 'zod';

/** One of them, at its place. */
export const PolicyMismatch = z.looseObject({
  row: z.int().describe('Line of the rule, from 1'),
  column: z.int().describe('Column, from 1'),
  message: z.string().describe('Mismatch with the input'),
});
export type PolicyMismatch = z.infer<typeof PolicyMismatch>;
