import type { Env } from '../../env.ts';
import {
  ATTEMPTS_MAX,
  BACKOFF_MS_BASE,
  BACKOFF_MS_MAX,
  type Direction,
  type LogEntry,
} from '../model.ts';

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
