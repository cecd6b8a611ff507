/** Runner of an attempt at a step, as stored in its row. */
import { z } from 'zod';

/** The runner that has an attempt, or may have it; `dispatch` counts those that were chosen. */
export const StepOrder = z.object({
  runner_id: z.string(),
  runner: z.string(),
  start: z.string(),
  dispatch: z.int().positive().default(1),
});
export type StepOrder = z.infer<typeof StepOrder>;

/** Reads `order_json` of a row; undefined where no runner has the attempt. */
export function parseOrder(json: string | null): StepOrder | undefined {
  return json === null ? undefined : StepOrder.parse(JSON.parse(json));
}
