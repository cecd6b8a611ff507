/** Which runner has an attempt at a step, as `order_json` of `execution_steps` stores it. */
import { z } from 'zod';

/** The runner that has an attempt, or may have it; `dispatch` counts those that were chosen. */
const StepOrder = z.object({
  runner_id: z.string(),
  runner: z.string(),
  start: z.string(),
  dispatch: z.int().positive().default(1),
});
export type StepOrder = z.infer<typeof StepOrder>;

/** Reads a stored order. @throws ZodError where it is damaged */
export function readStepOrder(json: string): StepOrder {
  return StepOrder.parse(JSON.parse(json));
}
