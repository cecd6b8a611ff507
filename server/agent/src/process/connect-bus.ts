/** Connects an agent to its bus, however long that takes. */
import type { Bus } from '@novacron/bus/bus';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import type { Rng } from '@novacron/runtime/rng';
import type { Timers } from '@novacron/runtime/timers';
import { wait } from '@novacron/runtime/wait';

const PAUSE_MS_FIRST = 500;
const PAUSE_MS_MAX = 15_000;
const PAUSE_GROWTH_RATIO = 2;

/** Options for connecting. */
export interface ConnectBusOptions {
  readonly open: () => Promise<Result<Bus, Problem>>;
  readonly timers: Timers;
  readonly rng: Pick<Rng, 'next'>;
  readonly logger: Logger;
  /** Hears why the first attempt failed. */
  readonly onTrouble: (trouble: Problem) => void;
  /** Aborted when the bus is no longer needed. */
  readonly signal: AbortSignal;
}

/**
 * Tries until the bus is open. The pauses grow and differ, so that the agents of a fleet do not
 * come all at once when the bus is back.
 * @returns undefined when the signal was aborted; a problem when no attempt can ever succeed
 */
export async function connectBus(
  parts: ConnectBusOptions,
): Promise<Result<Bus | undefined, Problem>> {
  const { open, timers, rng, logger, onTrouble, signal } = parts;
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    const opened = await open();
    if (opened.ok) {
      if (attempt > 1) logger.info({ attempt }, 'the message bus is reached');
      return opened;
    }
    if (opened.error.data?.reason === 'bad-url') return err(opened.error);
    if (attempt === 1) onTrouble(opened.error);
    const longestMs = PAUSE_MS_FIRST * PAUSE_GROWTH_RATIO ** (attempt - 1);
    const pauseMs = Math.round(Math.min(PAUSE_MS_MAX, longestMs) * (0.5 + rng.next() / 2));
    const { detail } = opened.error;
    logger.warn({ attempt, detail, pauseMs }, 'the message bus is unavailable: trying again');
    await wait({ timers, delayMs: pauseMs, signals: [signal] });
  }
  return ok(undefined);
}
