/** Manual steps among all others. */
import type { AutomationStep } from '@novacron/contract/automation/definition';

/** Whether a person does the step, and checks it off. */
export function isManual({ wait }: Pick<AutomationStep, 'wait'>): boolean {
  return wait?.manual !== undefined;
}
