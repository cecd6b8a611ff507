/** Connects a process to a service that it needs, however long that takes. */
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
export interface ConnectOptions<T> {
  readonly open: () => Promise<Result<T, Problem>>;
  /** Names it in the log, such as `the message bus`. */
  readonly service: string;
  readonly timers: Timers;
  readonly rng: Pick<Rng, 'next'>;
  readonly logger: Logger;
  /** Whether no later attempt can succeed either. */
  readonly isFinal: (trouble: Problem) => boolean;
  /** Hears why the first attempt failed. */
  readonly onTrouble: (trouble: Problem) => void;
  /** Aborted when the service is no longer needed. */
  readonly signal: AbortSignal;
}

/**
 * Tries until the service is open. The pauses grow and differ, so that the processes of a fleet do
 * not come all at once when it is back.
 * @returns undefined when the signal was aborted, also in the middle of an attempt; a problem when
 *   no attempt can ever succeed
 */
export async function connectPatiently<T>(
  parts: ConnectOptions<T>,
): Promise<Result<T | undefined, Problem>> {
  const { open, service, timers, rng, logger, isFinal, onTrouble, signal } = parts;
  const aborted = whenAborted(signal);
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    const opened = await Promise.race([open(), aborted]);
    if (opened === undefined) break;
    if (opened.ok) {
      if (attempt > 1) logger.info({ attempt }, `${service} is reached`);
      return opened;
    }
    if (isFinal(opened.error)) return err(opened.error);
    if (attempt === 1) onTrouble(opened.error);
    const longestMs = PAUSE_MS_FIRST * PAUSE_GROWTH_RATIO ** (attempt - 1);
    const pauseMs = Math.round(Math.min(PAUSE_MS_MAX, longestMs) * (0.5 + rng.next() / 2));
    const { detail } = opened.error;
    logger.warn({ attempt, detail, pauseMs }, `${service} is unavailable: trying again`);
    await wait({ timers, delayMs: pauseMs, signals: [signal] });
  }
  return ok(undefined);
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
