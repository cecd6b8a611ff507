/** Times at which a condition holds: windows that a cron line opens in a time zone. */
import { parseDuration } from '@novacron/contract/formats/duration';
import { err, ok, type Result } from '@novacron/contract/result';
import { Cron } from 'croner';

/** A window that opens again and again. Times are milliseconds since the epoch. */
export interface TimeWindow {
  /** When the window that is open at a moment opened; undefined where none is. */
  readonly openedAt: (nowMs: number) => number | undefined;
  /** When it opens next after a moment; undefined where it never does again. */
  readonly nextAfter: (nowMs: number) => number | undefined;
}

const SECOND_MS = 1_000;

/** Minute, hour, day of the month, month and day of the week. */
const CRON_FIELDS = 5;

/** A moment in a leap year's March: every schedule that ever comes came within the years before. */
const REFERENCE = new Date(Date.UTC(2024, 2, 1));

/**
 * Compiles a window.
 * @param window - `schedule`: five cron fields; `duration`: how long it stays open
 * @returns what is wrong with schedule or zone, in words, and which of them it is
 */
export function compileWindow(window: {
  readonly schedule: string;
  readonly duration: string;
  readonly timezone: string;
}): Result<TimeWindow, { readonly field: 'schedule' | 'timezone'; readonly message: string }> {
  const { schedule, duration, timezone } = window;
  if (!isTimeZone(timezone)) {
    const message = `"${timezone}" is not a time zone: give an IANA name such as Europe/Berlin`;
    return err({ field: 'timezone', message });
  }
  const openMs = parseDuration(duration) ?? 0;
  const parts = schedule.trim().split(/\s+/).length;
  if (!schedule.startsWith('@') && parts !== CRON_FIELDS) {
    const message = `"${schedule}" is not a cron line: it needs five fields, such as "0 3 * * SUN"`;
    return err({ field: 'schedule', message });
  }
  try {
    const cron = new Cron(schedule, { timezone, paused: true, mode: '5-part' });
    if (cron.previousRuns(1, REFERENCE).length === 0) {
      return err({ field: 'schedule', message: `"${schedule}" never occurs` });
    }
    return ok({
      openedAt: (nowMs) => {
        const nextSecond = new Date((Math.floor(nowMs / SECOND_MS) + 1) * SECOND_MS);
        const [opened] = cron.previousRuns(1, nextSecond);
        if (opened === undefined) return undefined;
        return nowMs - opened.getTime() < openMs ? opened.getTime() : undefined;
      },
      nextAfter: (nowMs) => cron.nextRun(new Date(nowMs))?.getTime(),
    });
  } catch (cause) {
    const said =
      cause instanceof Error
        ? cause.message.replace(/^\w+: /, '').replace(/[.]$/, '')
        : String(cause);
    return err({ field: 'schedule', message: `"${schedule}" is not a cron line: ${said}` });
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
