/** Writes down every port call and message of a run: equal hashes mean equal runs. */
import { createHash } from 'node:crypto';
import type { Clock } from '@novacron/runtime/clock';

/** Lines that a failure shows. */
const LINES_KEPT = 50;

/** The hash covers whole lines; a person reads their beginnings. */
const LINE_LENGTH_SHOWN_MAX = 400;

/** The record of one run. */
export interface Trace {
  /**
   * @param who - a part of the world, such as `s2` for the second life of the server
   * @param what - the port and its method, with an arrow for an answer
   * @param data - JSON
   */
  readonly note: (who: string, what: string, data: unknown) => void;
  /** SHA-256 of all lines so far, hexadecimal. */
  readonly hash: () => string;
  /** The last lines, oldest first. */
  readonly tail: () => readonly string[];
}

/** Starts a record; moments are counted from now. */
export function openTrace(clock: Clock): Trace {
  const startMs = clock.nowMs();
  const hash = createHash('sha256');
  const kept: string[] = [];
  return {
    note: (who, what, data) => {
      const line = `${clock.nowMs() - startMs} ${who} ${what} ${JSON.stringify(data) ?? ''}`;
      hash.update(line).update('\n');
      kept.push(line.slice(0, LINE_LENGTH_SHOWN_MAX));
      if (kept.length > LINES_KEPT) kept.shift();
    },
    hash: () => hash.copy().digest('hex'),
    tail: () => [...kept],
  };
}
