/** Whether an operation waits for its turn in a concurrency group. */
import type { LogEntry } from '../log/log-entry.ts';

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
