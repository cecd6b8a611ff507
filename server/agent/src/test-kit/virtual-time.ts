/** A clock and timers that stand still until a test moves them. */

import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import type { NextTurn } from '../database/group-commits.ts';

/** Time as a test sees it. */
export interface VirtualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Turns of the event loop that take no time: `settle` waits for those that are due. */
  readonly nextTurn: NextTurn;
  /** Work that takes real time, such as that of another thread: `settle` waits for it. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  /**
   * Moves time, calling every timer that falls due in order, at its own moment. After each one and
   * at the end all promises that can go on without time do so.
   */
  readonly advance: (durationMs: number) => Promise<void>;
  /** Moves time without calling any timer, as for a process that does not run meanwhile. */
  readonly stall: (durationMs: number) => void;
  /** Lets all promises go on that can without time, and moves no time. */
  readonly settle: () => Promise<void>;
  /** Returns the number of pending timers. */
  readonly waitingCount: () => number;
}

/** A moment that reads well in failures: 2026-01-01T00:00:00Z. */
export const VIRTUAL_START_MS = 1_767_225_600_000;

interface Waiting {
  readonly dueMs: number;
  readonly callback: () => void;
  state: 'waits' | 'cancelled';
}

/**
 * A clock for durations counts from another moment, and in fractions, as that of the machine: what
 * takes its differences for whole milliseconds fails here too.
 */
export function steadyOf(sinceStartMs: number): number {
  return sinceStartMs + ((Math.trunc(sinceStartMs) * 7) % 16) / 16;
}

/**
 * Makes time that stands still.
 * @param startMs - milliseconds since the Unix epoch
 */
export function createVirtualTime(startMs: number = VIRTUAL_START_MS): VirtualTime {
  let nowMs = startMs;
  /** Sorted by moment, then by creation: virtual years look at the first one often. */
  const waiting: Waiting[] = [];
  let turnsDue = 0;
  const working = new Set<Promise<unknown>>();

  async function advance(durationMs: number): Promise<void> {
    const endMs = nowMs + durationMs;
    await settle();
    for (let next = takeNext(endMs); next !== undefined; next = takeNext(endMs)) {
      nowMs = Math.max(nowMs, next.dueMs);
      next.callback();
      await settle();
    }
    nowMs = endMs;
  }

  function takeNext(endMs: number): Waiting | undefined {
    while (waiting[0]?.state === 'cancelled') waiting.shift();
    const [first] = waiting;
    return first !== undefined && first.dueMs <= endMs ? waiting.shift() : undefined;
  }

  function add(timer: Waiting): void {
    let low = 0;
    let high = waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((waiting[middle]?.dueMs ?? 0) <= timer.dueMs) low = middle + 1;
      else high = middle;
    }
    waiting.splice(low, 0, timer);
  }

  /** An immediate runs after every microtask, and after those which they queue. */
  async function settle(): Promise<void> {
    do {
      if (working.size > 0) await Promise.race(working);
      await new Promise((resolve) => setImmediate(resolve));
    } while (turnsDue > 0 || working.size > 0);
  }

  return {
    clock: {
      nowMs: () => nowMs,
      steadyMs: () => steadyOf(nowMs - startMs),
      bootMs: () => nowMs - startMs,
    },
    timers: {
      after: (delayMs, callback) => {
        const timer: Waiting = { dueMs: nowMs + Math.max(0, delayMs), callback, state: 'waits' };
        add(timer);
        return () => {
          timer.state = 'cancelled';
        };
      },
    },
    stall: (durationMs) => {
      nowMs += durationMs;
    },
    nextTurn: (callback) => {
      turnsDue += 1;
      setImmediate(() => {
        turnsDue -= 1;
        callback();
      });
    },
    during: (work) => {
      const ended = work.catch(() => undefined).finally(() => working.delete(ended));
      working.add(ended);
      return work;
    },
    advance,
    settle,
    waitingCount: () => waiting.filter(({ state }) => state === 'waits').length,
  };
}
