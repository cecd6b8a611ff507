/**
 * Signals: what executions are sent from outside, and their steps wait for. Each has a name that
 * the definition says, and comes once. Source of the idea: signals of Temporal.
 */
import { z } from 'zod';
import { JsonObject } from '../json.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';
import { type AutomationStep, durationMsOf, SignalName } from './definition.ts';

/** Signals with different names that one definition waits for; each may be sent at any time. */
export const SIGNALS_MAX = 100;

/** Longest data of a signal, as JSON. Unit: characters. */
export const SIGNAL_LENGTH_MAX = 16_384;

/** Default time that a step waits for a signal: a week. Unit: milliseconds. */
const SIGNAL_MS_DEFAULT = 7 * 86_400_000;

/** Returns the time that a step waits for its signal. Unit: milliseconds. */
export function signalMsOf({ timeout }: Pick<AutomationStep, 'timeout'>): number {
  return timeout === undefined ? SIGNAL_MS_DEFAULT : durationMsOf(timeout);
}

/** Data of a signal: values by name, from which the step's outputs are taken. */
export const SignalData = JsonObject.refine(
  (data) => JSON.stringify(data).length <= SIGNAL_LENGTH_MAX,
  `must have at most ${SIGNAL_LENGTH_MAX} characters as JSON`,
);

/** A signal that an execution was sent. What came with it is in the outputs of its steps. */
export const ExecutionSignal = z.looseObject({
  name: SignalName,
  sent_at: Timestamp,
  sent_by: PrincipalName,
});
export type ExecutionSignal = z.infer<typeof ExecutionSignal>;
