/**
 * The watchdog of a simulated host: hardware that resets it when it is not petted in time, whatever
 * its software does. It stands still while the host is suspended, as drivers of Linux have it.
 */
import type { Watchdog } from '@novacron/agent/isolation/open-watchdog';
import type { Kernel } from '../world/kernel.ts';

/** The device of one host. */
export interface WatchdogDevice {
  readonly timeoutMs: number;
  /** @throws where another process has it */
  readonly open: () => Watchdog;
  /** The process that has opened it has ended: it counts on, and may be opened by another one. */
  readonly drop: (opened: Watchdog) => void;
  /** The host is off, or boots: it stops. */
  readonly disarm: () => void;
  readonly suspend: () => void;
  readonly resume: () => void;
}

/** @param onReset - the host is reset */
export function createWatchdogDevice(
  { timers }: Kernel,
  { timeoutMs, onReset }: { readonly timeoutMs: number; readonly onReset: () => void },
): WatchdogDevice {
  let holder: Watchdog | undefined;
  let cancel: (() => void) | undefined;
  let isSuspended = false;

  function arm(): void {
    cancel?.();
    cancel = timers.after(timeoutMs, () => {
      if (cancel === undefined || isSuspended) return;
      stop();
      onReset();
    });
  }

  function stop(): void {
    cancel?.();
    cancel = undefined;
    holder = undefined;
  }

  return {
    timeoutMs,
    open: () => {
      if (holder !== undefined) throw new Error('the watchdog is busy');
      const own: Watchdog = {
        timeoutMs,
        pet: () => {
          if (holder === own) arm();
        },
        release: () => {
          if (holder === own) stop();
        },
      };
      holder = own;
      arm();
      return own;
    },
    drop: (opened) => {
      if (holder === opened) holder = undefined;
    },
    disarm: stop,
    suspend: () => {
      isSuspended = true;
    },
    resume: () => {
      isSuspended = false;
      if (cancel !== undefined) arm();
    },
  };
}
