import type { Env } from '../../env.ts';
import type { Direction, LogEntry } from '../log-entry.ts';

/** Attempts at one action or undo before it counts as failed for good. */
export const ATTEMPTS_MAX = 6;

/** Wait before the second attempt. */
export const BACKOFF_MS_BASE = 200;

/** Longest wait between two attempts: a node that restarts takes about this long. */
export const BACKOFF_MS_MAX = 10_000;

/**
 * Turns a failed attempt into its log entry: again after a backoff, or failed for good.
 * @param failure - `next` is what the one who tried believes: `final` will not pass by itself
 */
export function planRetry(
  failure: {
    readonly step: string;
    readonly direction: Direction;
    readonly attempt: number;
    readonly message: string;
    readonly next: 'retry' | 'final';
  },
  env: Env,
): LogEntry {
  const { step, direction, attempt, message } = failure;
  const next = failure.next === 'final' || attempt >= ATTEMPTS_MAX ? 'final' : 'retry';
  const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_BASE * 2 ** (attempt - 1));
  const delayMs = Math.round(ceiling / 2 + (env.rng.next() * ceiling) / 2);
  return {
    kind: 'failed',
    step,
    direction,
    attempt,
    message,
    next,
    retry_at_ms: next === 'retry' ? env.nowMs + delayMs : env.nowMs,
  };
}
