/** When the steps of operations begin and end, by their logs. */
import { isStepEntry, type LogEntry } from './log-entry.ts';

/** An entry of a log, and when it was written. Unit: ms since the epoch. */
export interface TimedEntry {
  readonly entry: LogEntry;
  readonly atMs: number;
}

/** When a step began first, and when it ended last. Unit: ms since the epoch. */
export interface StepTimes {
  readonly startedMs: number;
  readonly endedMs: number | null;
}

/** When each step began first, and when it, or what takes it back, ended last. */
export function timesOf(timed: readonly TimedEntry[]): ReadonlyMap<string, StepTimes> {
  const times = new Map<string, StepTimes>();
  for (const { entry, atMs } of timed) {
    if (!isStepEntry(entry)) continue;
    const startedMs = times.get(entry.step)?.startedMs ?? atMs;
    const isOver = entry.kind !== 'started' && !(entry.kind === 'failed' && entry.next === 'retry');
    times.set(entry.step, { startedMs, endedMs: isOver ? atMs : null });
  }
  return times;
}
