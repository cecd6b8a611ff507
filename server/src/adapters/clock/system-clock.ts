import type { Clock } from '../../ports/clock.ts';
import type { Timers } from '../../ports/timers.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
};

/** The machine's timers; a waiting one does not keep the process alive. */
export const systemTimers: Timers = {
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
