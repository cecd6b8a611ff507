import type { Timers } from '@novacron/runtime/timers';

/** Timers that a test moves by hand. */
export interface HandTimers extends Timers {
  readonly advance: (durationMs: number) => Promise<void>;
  readonly settle: () => Promise<void>;
}

interface Waiting {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Makes timers at moment 0; what is due together is called in the order of asking. */
export function createHandTimers(): HandTimers {
  let nowMs = 0;
  const waiting = new Set<Waiting>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  async function advance(durationMs: number): Promise<void> {
    const endMs = nowMs + durationMs;
    for (;;) {
      const due = [...waiting].filter(({ dueMs }) => dueMs <= endMs);
      const [next] = due.toSorted((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      waiting.delete(next);
      nowMs = next.dueMs;
      next.callback();
      await settle();
    }
    nowMs = endMs;
    await settle();
  }

  return {
    after: (delayMs, callback) => {
      const entry = { dueMs: nowMs + delayMs, callback };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    advance,
    settle,
  };
}
