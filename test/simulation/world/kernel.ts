/**
 * Time of a simulation: one queue of what will happen. A step takes the next thing out, lets it
 * happen and waits until everything that follows without time has happened. Things of the same
 * moment come in an order that the seed chooses.
 */
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import { steadyOf } from '../../../server/agent/src/test-kit/virtual-time.ts';
import type { Chance } from './chance.ts';

/** A moment that reads well: 2026-01-01T00:00:00Z. */
const START_MS = 1_767_225_600_000;

/** The only clock of a simulated world. */
export interface Kernel {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Real work below a port: the step goes on until it is done, while time stands still. */
  readonly hold: <T>(work: Promise<T>) => Promise<T>;
  /**
   * Time is skipped: it gets later, and whatever was to come comes as much later. Clocks that are
   * never set do not see it.
   */
  readonly sleep: (durationMs: number) => void;
  /** Milliseconds since the start that were not skipped. */
  readonly awakeMs: () => number;
  /** Lets the next thing happen; there must be one. */
  readonly step: () => Promise<void>;
  readonly stepCount: () => number;
}

interface Coming {
  dueMs: number;
  readonly tie: number;
  readonly callback: () => void;
  state: 'waiting' | 'cancelled';
}

/** Makes time that stands still between steps. */
export function createKernel(chance: Chance): Kernel {
  const queue = createQueue();
  let nowMs = START_MS;
  let skippedMs = 0;
  let steps = 0;
  let held = 0;

  function after(delayMs: number, callback: () => void): () => void {
    const dueMs = Math.ceil(nowMs + Math.max(0, delayMs));
    const coming: Coming = { dueMs, tie: chance.next(), callback, state: 'waiting' };
    queue.add(coming);
    return () => {
      coming.state = 'cancelled';
    };
  }

  async function settle(): Promise<void> {
    // An immediate runs after every microtask, and after those which they queue.
    do await new Promise((resolve) => setImmediate(resolve));
    while (held > 0);
  }

  return {
    clock: { nowMs: () => nowMs, steadyMs: () => steadyOf(nowMs - skippedMs) },
    awakeMs: () => nowMs - skippedMs - START_MS,
    timers: { after },
    hold: async (work) => {
      held += 1;
      try {
        return await work;
      } finally {
        held -= 1;
      }
    },
    sleep: (durationMs) => {
      nowMs += durationMs;
      skippedMs += durationMs;
      queue.delay(durationMs);
    },
    step: async () => {
      const next = queue.next();
      if (next === undefined) throw new Error('nothing will ever happen again');
      steps += 1;
      nowMs = next.dueMs;
      next.callback();
      await settle();
    },
    stepCount: () => steps,
  };
}

/** Future events, in order. */
interface Queue {
  readonly add: (coming: Coming) => void;
  /** Takes the next thing out; undefined: nothing will happen. */
  readonly next: () => Coming | undefined;
  /** Everything comes later. */
  readonly delay: (durationMs: number) => void;
}

/** A binary heap. What is cancelled is left out when it would be next. */
function createQueue(): Queue {
  const heap: Coming[] = [];

  function add(coming: Coming): void {
    let at = heap.length;
    heap.push(coming);
    while (at > 0) {
      const parentAt = (at - 1) >>> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !isBefore(coming, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = coming;
  }

  function take(): Coming | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && last !== first) sinkFromTop(last);
    return first;
  }

  function sinkFromTop(coming: Coming): void {
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, coming)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = coming;
  }

  return {
    add,
    next: () => {
      let found = take();
      while (found?.state === 'cancelled') found = take();
      return found;
    },
    delay: (durationMs) => {
      for (const coming of heap) coming.dueMs += durationMs;
    },
  };
}

function isBefore(left: Coming, right: Coming): boolean {
  return left.dueMs === right.dueMs ? left.tie < right.tie : left.dueMs < right.dueMs;
}
