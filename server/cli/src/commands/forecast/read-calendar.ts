/** Reads a calendar: a table with a named day a row, `name,date`. */
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { isTimeZone } from '@novacron/engine/compile-cron';
import { isCalendarDate } from '@novacron/engine/scaling/forecast/calendar/find-named-days';
import type { NamedDates } from '@novacron/engine/scaling/forecast/model/forecasting';
import { type Failure, problemFailure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { parseCsv } from '../../io/parse-csv.ts';
import { readTextFile } from '../../io/read-text-file.ts';

/** A cell in a message: a table of another kind may have whole texts in its cells. */
const CELL_LENGTH_MAX = 40;

/**
 * Reads the calendar. Its first row is a header where its second cell is `date`.
 * Failures: wrong usage for an unknown time zone, a file that cannot be read and one without days;
 * `validation-failed` for a row without a name and for one whose date does not exist, with its
 * number.
 */
export async function readCalendar(
  io: Pick<CliIo, 'readText'>,
  { path, timeZone }: { readonly path: string; readonly timeZone: string },
): Promise<Result<readonly NamedDates[], Failure>> {
  if (!isTimeZone(timeZone)) {
    return err(usageFailure(`--time-zone ${timeZone} is no IANA name such as Europe/Berlin`));
  }
  const text = await readTextFile(io, path, 'the calendar');
  if (!text.ok) return text;
  const rows = parseCsv(text.value);
  const dates = new Map<string, string[]>();
  for (const { line, cells } of rows.slice(rows[0]?.cells[1] === 'date' ? 1 : 0)) {
    const [name = '', date = '', ...others] = cells;
    if (name === '' || others.length > 0) return invalid(path, line, 'is not a name and a date');
    if (!isCalendarDate(date)) {
      const shown = JSON.stringify(date.slice(0, CELL_LENGTH_MAX));
      return invalid(path, line, `${shown} is no day of the calendar`);
    }
    dates.set(name, [...(dates.get(name) ?? []), date]);
  }
  if (dates.size === 0) return err(usageFailure(`the calendar ${path} has no named day`));
  return ok([...dates].map(([name, all]) => ({ name, dates: all, timeZone })));
}

function invalid(path: string, line: number, what: string): Result<never, Failure> {
  return err(
    problemFailure(
      problem('validation-failed', {
        detail: `${path}, row ${line}: ${what}.`,
        remedy: 'Give a CSV table with a named day a row: sale,2026-11-27, or each year eve,12-24.',
      }),
    ),
  );
}
