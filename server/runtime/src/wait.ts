/** Waiting on given timers, until a delay has passed or a signal is aborted. */
import type { Timers } from './timers.ts';

/** Conditions to wait for; the first that occurs ends the wait. */
export interface Wait {
  readonly timers: Timers;
  /** 0 waits for nothing at all; `Infinity` waits for the signals only. */
  readonly delayMs: number;
  readonly signals: readonly AbortSignal[];
}

/** Waits for a delay to pass or for a signal to be aborted. */
export function wait({ timers, delayMs, signals }: Wait): Promise<void> {
  if (delayMs === 0 || signals.some((signal) => signal.aborted)) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      for (const signal of signals) signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = delayMs === Number.POSITIVE_INFINITY ? () => {} : timers.after(delayMs, end);
    for (const signal of signals) signal.addEventListener('abort', end);
  });
}
