/**
 * Watches the guards of all nodes of a host, and pets its watchdog as long as each of them allows
 * it. Whatever goes wrong here ends in a reset of the host before a lease is over.
 */
import type { Timers } from '@novacron/runtime/timers';
import type { GuardLook, IsolationGuard } from './isolation-guard.ts';
import type { Watchdog } from './open-watchdog.ts';

/** Interval between checks. Unit: ms. */
const LOOK_MS = 250;

/** Interval between attempts to open a watchdog: a previous process may still use it. Unit: ms. */
const OPEN_AGAIN_MS = 1_000;

/** Whether the host has a watchdog that can be used. */
export type WatchdogState =
  | { readonly kind: 'ready'; readonly timeoutMs: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** Dependencies of the watch. */
export interface IsolationParts {
  readonly timers: Timers;
  readonly bootMs: () => number;
  /** Opens the watchdog of the host; undefined: guards have none, as those of simulated hosts. */
  readonly open: (() => Watchdog) | undefined;
  /** The time of the watchdog, before it is opened. Unit: ms. */
  readonly readTimeoutMs: () => number;
  readonly onWatchdog: (state: WatchdogState) => void;
}

/** A watch. */
export interface IsolationWatch {
  readonly add: (guard: IsolationGuard) => void;
  readonly remove: (guard: IsolationGuard) => void;
  /**
   * A server is heard and no guard of before is believed any more: tries the watchdog, which may
   * still run since a process before this one has ended.
   */
  readonly heard: () => void;
  /** Starts the watchdog where it has to run. @returns whether VMs can be guarded now */
  readonly ready: () => boolean;
  /** Looks now. @returns whether nothing is guarded */
  readonly look: () => 'idle' | 'busy';
  readonly stop: () => void;
}

/** Starts it, without guards. */
export function watchIsolation(parts: IsolationParts): IsolationWatch {
  const { timers, bootMs, open, readTimeoutMs, onWatchdog } = parts;
  const guards = new Set<IsolationGuard>();
  let watchdog: Watchdog | undefined;
  let state: WatchdogState | undefined;
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let cancelLook: (() => void) | undefined;

  function turn(next: WatchdogState): void {
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    onWatchdog(next);
  }

  function ensureOpen(): boolean {
    if (open === undefined || watchdog !== undefined) return true;
    if (bootMs() - failedAtMs < OPEN_AGAIN_MS) return false;
    try {
      watchdog = open();
      turn({ kind: 'ready', timeoutMs: watchdog.timeoutMs });
      return true;
    } catch (cause) {
      failedAtMs = bootMs();
      turn({ kind: 'failed', reason: String(Object(cause).message ?? cause) });
      return false;
    }
  }

  function release(): void {
    const open = watchdog;
    watchdog = undefined;
    try {
      open?.release();
    } catch (cause) {
      turn({ kind: 'failed', reason: `it does not stop: ${String(cause)}` });
    }
  }

  function pet(looks: readonly GuardLook[]): void {
    try {
      // To open it is to pet it.
      const timeoutMs = watchdog?.timeoutMs ?? (open === undefined ? 0 : readTimeoutMs());
      if (!looks.every(({ mayPet }) => mayPet(timeoutMs)) || !ensureOpen()) return;
      watchdog?.pet();
    } catch (cause) {
      turn({ kind: 'failed', reason: String(cause) });
    }
  }

  function look(): 'idle' | 'busy' {
    const looks = [...guards].map((guard) => guard.look());
    const isIdle = looks.every(({ state: each }) => each === 'idle');
    if (isIdle) release();
    else pet(looks);
    return isIdle ? 'idle' : 'busy';
  }

  function lookOn(): void {
    cancelLook = timers.after(LOOK_MS, lookOn);
    look();
  }

  return {
    add: (guard) => {
      guards.add(guard);
      if (cancelLook === undefined) lookOn();
    },
    remove: (guard) => void guards.delete(guard),
    heard: () => {
      if (open !== undefined && state?.kind !== 'ready') ensureOpen();
    },
    ready: ensureOpen,
    look,
    stop: () => cancelLook?.(),
  };
}
