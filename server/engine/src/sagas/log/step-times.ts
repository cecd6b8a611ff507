/** Reads the start and end times of steps from operation logs. */
import { isStepEntry, type LogEntry } from './log-entry.ts';

/** An entry of a log, and when it was written. Unit: ms since the epoch. */
export interface TimedEntry {
  readonly entry: LogEntry;
  readonly atMs: number;
}

/** First start and last end of a step. Unit: ms since the epoch. */
export interface StepTimes {
  readonly startedMs: number;
  readonly endedMs: number | null;
}

/** Returns the first start of each step, and the last end of the step or its undo. */
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
