/** Performs a step that waits for a duration. */
import { type AutomationStep, durationMsOf } from '@novacron/contract/automation/definition';
import { wait } from '@novacron/runtime/wait';
import type { CapabilityStepParts } from '../../platform/deps.ts';

/** Longest timer. Unit: ms. */
const TIMER_MS_MAX = 86_400_000;

/** An attempt at a step that waits. */
export interface WaitRun {
  readonly parts: CapabilityStepParts;
  readonly attempt: { readonly startedAtMs?: number | undefined };
  readonly step: AutomationStep;
  readonly signal: AbortSignal;
}

/**
 * Waits until a moment that follows from the log: a server that goes on waits for the rest.
 * @returns whether it has come; false where the attempt was given up before
 */
export async function waitIsOver({ parts, step, attempt, signal }: WaitRun): Promise<boolean> {
  const { clock, timers } = parts.deps;
  const endMs = (attempt.startedAtMs ?? clock.nowMs()) + durationMsOf(step.wait?.duration ?? 0);
  while (clock.nowMs() < endMs) {
    if (signal.aborted) return false;
    const delayMs = Math.min(TIMER_MS_MAX, endMs - clock.nowMs());
    await wait({ timers, delayMs, signals: [signal] });
  }
  return true;
}
