/** Whether an operation is paused, held with all others, or waits for its turn in a group. */
import type { LogEntry } from '../log/log-entry.ts';

/** A pause: who began it, and when. */
export type Pause = Extract<LogEntry, { readonly kind: 'paused' }>;

/** Returns the pause that an operation is in; a cancellation and a retry end it, too. */
export function pauseOf(log: readonly LogEntry[]): Pause | undefined {
  const last = log.findLast(
    ({ kind }) =>
      kind === 'paused' || kind === 'resumed' || kind === 'turned-back' || kind === 'retried',
  );
  return last?.kind === 'paused' ? last : undefined;
}

/** Whether automation was held when a step was about to begin, and is not known to be released. */
export function isHeld(log: readonly LogEntry[]): boolean {
  const last = log.findLast(
    ({ kind }) =>
      kind === 'held' || kind === 'released' || kind === 'turned-back' || kind === 'retried',
  );
  return last?.kind === 'held';
}

/**
 * Returns since when nothing of an operation begins, because it is paused or held.
 * @returns undefined where it goes on. Unit: ms since the Unix epoch
 */
export function stoppedSince(log: readonly LogEntry[]): number | undefined {
  let since: number | undefined;
  let by: ReadonlySet<string> = new Set();
  for (const entry of log) {
    if (entry.kind === 'paused' || entry.kind === 'held') {
      since = by.size === 0 ? entry.at_ms : Math.min(since ?? entry.at_ms, entry.at_ms);
      by = new Set([...by, entry.kind]);
    } else if (entry.kind === 'resumed') by = new Set([...by].filter((each) => each !== 'paused'));
    else if (entry.kind === 'released') by = new Set([...by].filter((each) => each !== 'held'));
    else if (entry.kind === 'turned-back' || entry.kind === 'retried') by = new Set();
  }
  return by.size === 0 ? undefined : since;
}

/** A wait for a turn. */
export type Queueing = Extract<LogEntry, { readonly kind: 'queued' }>;

/** Returns the wait that an operation is in; its turn, and a cancellation, end it. */
export function queueOf(log: readonly LogEntry[]): Queueing | undefined {
  const last = log.findLast(
    ({ kind }) =>
      kind === 'queued' || kind === 'dequeued' || kind === 'turned-back' || kind === 'retried',
  );
  return last?.kind === 'queued' ? last : undefined;
}
