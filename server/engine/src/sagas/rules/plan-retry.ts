import type { Env } from '../../env.ts';
import type { Direction, StepEntry } from '../log/log-entry.ts';
import type { Backoff, RetryPolicy, StepRun } from '../model/workflow.ts';

/** Attempts at an action before it counts as failed for good, unless its step says otherwise. */
export const ATTEMPTS_MAX = 6;

/**
 * Time for which an undo is retried: a node that is repaired or starts slowly is back within it.
 */
export const UNDO_MS_MAX = 900_000;

/** Wait before the second attempt. */
export const BACKOFF_MS_BASE = 200;

/** Longest wait between two attempts: a node that restarts takes about this long. */
export const BACKOFF_MS_MAX = 10_000;

/** More doublings than this are beyond the longest wait. */
const DOUBLINGS_MAX = 16;

/** Returns the retry policy for a direction of a step. */
export function retryPolicyOf(direction: Direction, own: RetryPolicy | undefined): RetryPolicy {
  if (direction === 'undo') return { kind: 'time', durationMs: UNDO_MS_MAX };
  return own ?? { kind: 'attempts', attemptsMax: ATTEMPTS_MAX };
}

/**
 * Turns a failed attempt into its log entry: a retry after a backoff, or a final failure.
 * @param failure - `next` is the executor's view: `final` will not pass by itself
 */
export function planRetry(
  failure: {
    readonly run: Pick<StepRun<unknown>, 'step' | 'direction' | 'attempt' | 'series' | 'patience'>;
    readonly message: string;
    readonly next: 'retry' | 'final';
    /** Minimum wait. */
    readonly waitMs?: number;
  },
  env: Env,
): StepEntry {
  const { run, message, waitMs = 0 } = failure;
  const { step, direction, attempt } = run;
  const failed = { kind: 'failed', step, direction, attempt, message } as const;
  if (failure.next === 'final') return { ...failed, next: 'final', retry_at_ms: env.nowMs };
  if (isPatienceOver(run, env.nowMs)) {
    return { ...failed, next: 'final', retry_at_ms: env.nowMs, gave_up: 'yes' };
  }
  if (run.patience.kind === 'time' && run.patience.pauseMs !== undefined) {
    return { ...failed, next: 'retry', retry_at_ms: env.nowMs + run.patience.pauseMs };
  }
  if (run.patience.kind === 'attempts' && run.patience.backoff !== undefined) {
    const pauseMs = pauseOf(run.patience.backoff, attempt - run.series.firstAttempt + 1);
    return { ...failed, next: 'retry', retry_at_ms: env.nowMs + Math.max(pauseMs, waitMs) };
  }
  const doublings = Math.min(DOUBLINGS_MAX, attempt - run.series.firstAttempt);
  const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_BASE * 2 ** doublings);
  const delayMs = Math.round(ceiling / 2 + (env.rng.next() * ceiling) / 2);
  return { ...failed, next: 'retry', retry_at_ms: env.nowMs + Math.max(delayMs, waitMs) };
}

/** The pause after the n-th attempt, from 1. */
function pauseOf({ growth, delayMs, delayMsMax }: Backoff, count: number): number {
  const factors = { fixed: 1, linear: count, exponential: 2 ** Math.min(DOUBLINGS_MAX, count - 1) };
  return Math.min(delayMsMax, delayMs * factors[growth]);
}

function isPatienceOver(
  { attempt, series, patience }: Pick<StepRun<unknown>, 'attempt' | 'series' | 'patience'>,
  nowMs: number,
): boolean {
  switch (patience.kind) {
    case 'attempts':
      return attempt - series.firstAttempt + 1 >= patience.attemptsMax;
    case 'time':
      // An old log does not record the time: its attempts are counted instead.
      if (series.sinceMs === undefined) return attempt - series.firstAttempt + 1 >= ATTEMPTS_MAX;
      return nowMs - series.sinceMs >= patience.durationMs;
  }
}
