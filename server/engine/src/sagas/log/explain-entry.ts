/** Entries of the log of an operation in words. */
import type { LogEntry } from './log-entry.ts';

/** Says in a sentence without its dot what an entry reports. */
export function explainEntry(entry: LogEntry): string {
  switch (entry.kind) {
    case 'started':
      return `${workOf(entry.direction)} begins, attempt ${entry.attempt}`;
    case 'succeeded': {
      if (entry.skipped === 'yes') return 'is skipped: its condition does not hold';
      if (entry.items !== undefined) return `has a list of ${entry.items} items`;
      if (entry.by !== undefined) return `${entry.by} has taken it back by hand`;
      return `${workOf(entry.direction)} has succeeded`;
    }
    case 'failed': {
      const next = entry.next === 'retry' ? 'and is tried again' : 'for good';
      return `${workOf(entry.direction)} has failed ${next}: ${entry.message}`;
    }
    case 'turned-back':
      return entry.why === 'cancelled'
        ? `${entry.by} has cancelled it`
        : 'its deadline has passed: it is taken back';
    case 'paused':
      return `${entry.by} has paused it`;
    case 'resumed':
      return `${entry.by} has resumed it`;
    case 'held':
      return 'automation is held: no step begins';
    case 'released':
      return 'the hold of automation has ended';
    case 'queued':
      return `it waits for its turn in ${entry.group}`;
    case 'dequeued':
      return 'its turn has come';
    case 'retried':
      return entry.from_step === null
        ? `${entry.by} has retried what takes it back`
        : `${entry.by} has retried it from ${entry.from_step}`;
  }
}

function workOf(direction: 'do' | 'undo'): string {
  return direction === 'do' ? 'the step' : 'its undo';
}
