/**
 * Time as one host has it: its clock may be set and run fast or slow, and none of its timers fires
 * while it is suspended.
 */
import type { Clock } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import { steadyOf } from '../../../server/agent/src/test-kit/virtual-time.ts';
import type { Kernel } from '../world/kernel.ts';

/** The time of one host. */
export interface HostClock {
  readonly clock: Required<Clock>;
  readonly timers: Timers;
  /** Sets the time of day. @param byMs - forward; negative: back */
  readonly step: (byMs: number) => void;
  /** @param rate - how fast it runs; 1 is right */
  readonly setRate: (rate: number) => void;
  readonly suspend: () => void;
  readonly resume: () => void;
}

/** Starts one that is right. */
export function createHostClock({ clock, awakeMs, timers }: Kernel): HostClock {
  let skewMs = 0;
  let rate = 1;
  /** Since when it has had its rate, and what it had counted by then. */
  let anchorMs = awakeMs();
  let countedMs = 0;
  let suspendedAtMs: number | undefined;
  /** Unit: ms of the simulation, and of the host. */
  let suspendedMs = 0;
  let suspendedBootMs = 0;
  const waiting = new Set<{ readonly lateMs: number; readonly goOn: () => void }>();

  const bootMs = (): number => countedMs + (awakeMs() - anchorMs) * rate;

  function after(delayMs: number, callback: () => void): () => void {
    let isCancelled = false;
    const arm = (waitMs: number): void => {
      const beforeMs = suspendedMs;
      timers.after(waitMs, () => {
        if (isCancelled) return;
        if (suspendedAtMs !== undefined) {
          const lateMs = awakeMs() - suspendedAtMs;
          waiting.add({ lateMs, goOn: () => timers.after(lateMs, () => fire()) });
          return;
        }
        const missedMs = suspendedMs - beforeMs;
        if (missedMs > 0) arm(missedMs);
        else callback();
      });
    };
    const fire = (): void => {
      if (isCancelled) return;
      if (suspendedAtMs === undefined) callback();
      else waiting.add({ lateMs: 0, goOn: () => timers.after(0, fire) });
    };
    arm(delayMs / rate);
    return () => {
      isCancelled = true;
    };
  }

  return {
    clock: {
      nowMs: () => clock.nowMs() + skewMs,
      steadyMs: () => steadyOf(bootMs() - suspendedBootMs),
      bootMs,
    },
    timers: { after },
    step: (byMs) => {
      skewMs += byMs;
    },
    setRate: (next) => {
      countedMs = bootMs();
      anchorMs = awakeMs();
      rate = next;
    },
    suspend: () => {
      suspendedAtMs ??= awakeMs();
    },
    resume: () => {
      if (suspendedAtMs === undefined) return;
      const sinceMs = awakeMs() - suspendedAtMs;
      suspendedMs += sinceMs;
      suspendedBootMs += sinceMs * rate;
      suspendedAtMs = undefined;
      for (const each of [...waiting]) {
        waiting.delete(each);
        each.goOn();
      }
    },
  };
}
