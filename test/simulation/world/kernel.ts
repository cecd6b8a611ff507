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
  /** Everybody sleeps: it gets later, and whatever was to come comes as much later. */
  readonly sleep: (durationMs: number) => void;
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
  const queue: Coming[] = [];
  let nowMs = START_MS;
  let steps = 0;
  let held = 0;

  function after(delayMs: number, callback: () => void): () => void {
    const dueMs = Math.ceil(nowMs + Math.max(0, delayMs));
    const coming: Coming = { dueMs, tie: chance.next(), callback, state: 'waiting' };
    queue.splice(placeOf(queue, coming), 0, coming);
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
    clock: { nowMs: () => nowMs, steadyMs: () => steadyOf(nowMs) },
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
      for (const coming of queue) coming.dueMs += durationMs;
    },
    step: async () => {
      let next = queue.pop();
      while (next?.state === 'cancelled') next = queue.pop();
      if (next === undefined) throw new Error('nothing will ever happen again');
      steps += 1;
      nowMs = next.dueMs;
      next.callback();
      await settle();
    },
    stepCount: () => steps,
  };
}

/** The queue is in order, the next thing last. */
function placeOf(queue: readonly Coming[], coming: Coming): number {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = queue[middle];
    if (other !== undefined && isBefore(coming, other)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(left: Coming, right: Coming): boolean {
  return left.dueMs === right.dueMs ? left.tie < right.tie : left.dueMs < right.dueMs;
}
