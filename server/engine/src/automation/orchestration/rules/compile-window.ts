/** Times at which a condition holds: windows that a cron line opens in a time zone. */
import { parseDuration } from '@novacron/contract/formats/duration';
import { ok, type Result } from '@novacron/contract/result';
import { type CronProblem, compileCron } from '../../../compile-cron.ts';

/** A window that opens again and again. Times are milliseconds since the epoch. */
export interface TimeWindow {
  /** Opening time of the window that is open at a moment; undefined if none is open. */
  readonly openedAt: (nowMs: number) => number | undefined;
  /** Next opening after a moment; undefined if the window never opens again. */
  readonly nextAfter: (nowMs: number) => number | undefined;
}

const SECOND_MS = 1_000;

/**
 * Compiles a window.
 * @param window - `schedule`: five cron fields; `duration`: how long it stays open
 * @returns what is wrong with schedule or zone, in words, and which of them it is
 */
export function compileWindow(window: {
  readonly schedule: string;
  readonly duration: string;
  readonly timezone: string;
}): Result<TimeWindow, CronProblem> {
  const cron = compileCron(window);
  if (!cron.ok) return cron;
  const openMs = parseDuration(window.duration) ?? 0;
  return ok({
    openedAt: (nowMs) => {
      const nextSecond = new Date((Math.floor(nowMs / SECOND_MS) + 1) * SECOND_MS);
      const [opened] = cron.value.previousRuns(1, nextSecond);
      if (opened === undefined) return undefined;
      return nowMs - opened.getTime() < openMs ? opened.getTime() : undefined;
    },
    nextAfter: (nowMs) => cron.value.nextRun(new Date(nowMs))?.getTime(),
  });
}
