/** Work that is done again and again, as reconcilers do theirs. */
import type { Timers } from '../../../ports/timers.ts';

/** What is done, and how often. */
export interface RepeatedWork {
  /** From the end of a round to the next one; a function where that depends on the round. */
  readonly everyMs: number | (() => number);
  /** Until the first round, where that is not as long; 0: it begins at once. */
  readonly firstMs?: number;
  readonly work: () => Promise<void>;
  /** Hears what a round rejected with; the next one comes all the same. */
  readonly onFailure: (cause: unknown) => void;
}

/** Rounds that go on until they are stopped. */
export interface Repeating {
  /** Begins no further round. What a round that is under way fails of then is no news. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
}

/**
 * Starts the rounds, of which there is never more than one at a time.
 * @example
 * const rounds = repeatWork(deps.timers, { everyMs: LOOK_MS, work: look, onFailure });
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
