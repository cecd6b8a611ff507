/** Work that is repeated, like that of reconcilers. */
import type { Timers } from '@novacron/runtime/timers';

/** The work and its interval. */
export interface RepeatedWork {
  /** From the end of a round to the next one; a function where that depends on the round. */
  readonly everyMs: number | (() => number);
  /** Delay of the first round, where it differs; 0: it starts at once. */
  readonly firstMs?: number;
  readonly work: () => Promise<void>;
  /** Called with the rejection of a round; the next one runs all the same. */
  readonly onFailure: (cause: unknown) => void;
}

/** Rounds that are repeated until they are stopped. */
export interface Repeating {
  /** Starts no further round. Failures of a round in progress are not reported any more. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
}

/**
 * Starts the rounds, never more than one at a time.
 * @example const rounds = repeatWork(deps.timers, { everyMs: LOOK_MS, work: look, onFailure });
 */
export function repeatWork(
  timers: Timers,
  { everyMs, firstMs, work, onFailure }: RepeatedWork,
): Repeating {
  const pauseMs = typeof everyMs === 'function' ? everyMs : () => everyMs;
  let stopped = false;
  let cancel = (): void => undefined;

  function later(delayMs: number): () => void {
    return timers.after(delayMs, () => void round());
  }

  async function round(): Promise<void> {
    try {
      await work();
    } catch (cause) {
      if (!stopped) onFailure(cause);
    }
    if (!stopped) cancel = later(pauseMs());
  }

  const untilFirstMs = firstMs ?? pauseMs();
  if (untilFirstMs === 0) void round();
  else cancel = later(untilFirstMs);
  return {
    stop: () => {
      stopped = true;
      cancel();
    },
    isStopped: () => stopped,
  };
}
