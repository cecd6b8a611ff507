/** Timers that a test moves by hand. */
import type { Timers } from '@novacron/runtime/timers';

/** The timers, and the hand that moves them. */
export interface VirtualTimers extends Timers {
  /** Lets time pass and calls back whatever is due, in order. */
  readonly advance: (ms: number) => void;
}

interface Pending {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Delays up to this pass at once: no test looks at what happens within them. */
const TRIFLE_MS = 20;

/** Makes timers that stand still until they are moved. */
export function virtualTimers(): VirtualTimers {
  const pending = new Set<Pending>();
  let nowMs = 0;
  return {
    after: (delayMs, callback) => {
      if (delayMs <= TRIFLE_MS) {
        const trifle = setImmediate(callback);
        return () => clearImmediate(trifle);
      }
      const timer = { atMs: nowMs + delayMs, callback };
      pending.add(timer);
      return () => pending.delete(timer);
    },
    advance: (ms) => {
      const untilMs = nowMs + ms;
      for (
        let due = nextDue(pending, untilMs);
        due !== undefined;
        due = nextDue(pending, untilMs)
      ) {
        pending.delete(due);
        nowMs = due.atMs;
        due.callback();
      }
      nowMs = untilMs;
    },
  };
}

function nextDue(pending: ReadonlySet<Pending>, untilMs: number): Pending | undefined {
  return [...pending]
    .filter(({ atMs }) => atMs <= untilMs)
    .sort((left, right) => left.atMs - right.atMs)[0];
}
