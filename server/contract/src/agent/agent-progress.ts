/** Progress of running commands, reported by agents to servers. */
import { z } from 'zod';
import { OperationId } from '../ids.ts';

/** Published while a command runs that takes long; some may get lost, and none comes again. */
export const CommandProgress = z.looseObject({
  operation_id: OperationId,
  step: z.string(),
  percent: z.int().min(0).max(100).describe('Completed share of the step. Unit: percent.'),
});
export type CommandProgress = z.infer<typeof CommandProgress>;
