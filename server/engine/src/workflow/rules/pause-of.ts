/** Whether an operation is paused. */
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
