/** Explains the start order in lines for people. */
import type { StartOrderPlan } from './model/start-order.ts';

/** Explains it. @returns a line for each VM that waits */
export function explainStartOrder({ held }: StartOrderPlan): string[] {
  return held.map(
    ({ id, name, waitsFor }) =>
      `${name} (${id}) waits until these have started: ${waitsFor.join(', ')}`,
  );
}
