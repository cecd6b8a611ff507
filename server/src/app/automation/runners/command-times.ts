/** When an attempt at a command is over for a server that does not hear of its runner. */
import { type AutomationStep, durationMsOf } from '@novacron/contract/automation/definition';
import type { AutomationAction } from '../../kernel/definitions/operation-definition.ts';

/** The time of a command whose step has no timeout. Unit: ms. */
const COMMAND_MS_DEFAULT = 3_600_000;

/** Time for a runner to end a command that takes too long, and to say so. Unit: ms. */
const END_MS_MAX = 10_000;

/** Timeout of one attempt. Unit: ms. */
export function commandMsOf(
  { timeout }: Pick<AutomationStep, 'timeout'>,
  part: AutomationAction['part'],
): number {
  return part === 'compensation' || timeout === undefined
    ? COMMAND_MS_DEFAULT
    : durationMsOf(timeout);
}

/** When an attempt ends without word from its runner. @param orderedMs - when that got it */
export function silentEndMs(
  step: Pick<AutomationStep, 'timeout'>,
  part: AutomationAction['part'],
  orderedMs: number,
): number {
  return orderedMs + commandMsOf(step, part) + END_MS_MAX;
}
