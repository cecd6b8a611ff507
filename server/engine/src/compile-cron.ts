/** Compiles cron lines: five fields and a time zone. Source of the semantics of DST: croner. */
import { err, ok, type Result } from '@novacron/contract/result';
import { Cron } from 'croner';

/** Minute, hour, day of the month, month and day of the week. */
const CRON_FIELDS = 5;

/** A moment in a leap year's March: every schedule that ever comes came within the years before. */
const REFERENCE = new Date(Date.UTC(2024, 2, 1));

/** Error in a line or its zone, in words. */
export interface CronProblem {
  readonly field: 'schedule' | 'timezone';
  readonly message: string;
}

/**
 * Compiles a line.
 * @param line - `schedule`: five fields, or a name such as `@daily`; `timezone`: an IANA name
 * @returns the moments at which it occurs. Problems: not a line, an unknown zone, a moment that
 *   never occurs such as 31 February
 */
export function compileCron(line: {
  readonly schedule: string;
  readonly timezone: string;
}): Result<Cron, CronProblem> {
  const { schedule, timezone } = line;
  if (!isTimeZone(timezone)) {
    const message = `"${timezone}" is not a time zone: give an IANA name such as Europe/Berlin`;
    return err({ field: 'timezone', message });
  }
  const parts = schedule.trim().split(/\s+/).length;
  if (!schedule.startsWith('@') && parts !== CRON_FIELDS) {
    const message = `"${schedule}" is not a cron line: it needs five fields, such as "0 3 * * SUN"`;
    return err({ field: 'schedule', message });
  }
  try {
    const cron = new Cron(schedule, { timezone, paused: true, mode: '5-part' });
    if (cron.previousRuns(1, REFERENCE).length > 0) return ok(cron);
    return err({ field: 'schedule', message: `"${schedule}" never occurs` });
  } catch (cause) {
    const said =
      cause instanceof Error
        ? cause.message.replace(/^\w+: /, '').replace(/[.]$/, '')
        : String(cause);
    return err({ field: 'schedule', message: `"${schedule}" is not a cron line: ${said}` });
  }
}

/** Whether a text is the IANA name of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
