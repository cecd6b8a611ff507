/** Reads one series from CSV text. */
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import { type CsvRow, parseCsv } from '../../io/parse-csv.ts';
import { readCellNumber } from '../../io/read-cell-number.ts';

/** A row of a series. */
export interface SeriesRow {
  /** Its line in the file. */
  readonly line: number;
  /** The time as the file has it. */
  readonly timestamp: string;
  /** Unit: ms since 1970, UTC. */
  readonly time_ms: number;
  /** NaN where it is missing. */
  readonly value: number;
}

const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/;
const SHOWN_MAX = 40;

/**
 * Reads the rows of a file with the header `timestamp,value`.
 * Failures: `validation-failed` with the line and the column of the first fault.
 */
export function readSeries(path: string, text: string): Result<readonly SeriesRow[], Failure> {
  const [header, ...lines] = parseCsv(text);
  if (header === undefined) return refuse(path, ' is empty');
  const names = header.cells.map((name) => name.toLowerCase());
  if (names.length !== 2 || names[0] !== 'timestamp' || names[1] !== 'value') {
    return refuse(`${path}, line 1`, ` has the header ${shown(header.cells.join(','))}`);
  }
  if (lines.length === 0) return refuse(path, ' has no rows below its header');
  const rows: SeriesRow[] = [];
  for (const line of lines) {
    const row = readRow(line);
    if (typeof row === 'string') return refuse(`${path}, line ${line.line}`, row);
    rows.push(row);
  }
  return ok(rows);
}

function readRow({ line, cells }: CsvRow): SeriesRow | string {
  if (cells.length > 2) return ` has ${cells.length} cells, not 2`;
  const [timestamp = '', text = ''] = cells;
  const time_ms = readTime(timestamp);
  if (Number.isNaN(time_ms)) return `, column timestamp: ${shown(timestamp)} is not a time`;
  const isMissing = text === '' || /^nan$/i.test(text);
  const value = isMissing ? Number.NaN : readCellNumber(text);
  if (value === undefined) return `, column value: ${shown(text)} is not a number`;
  return { line, timestamp, time_ms, value };
}

/** A time without a zone is one in UTC. */
function readTime(text: string): number {
  const [, date, clock = '00:00', zone = 'Z'] = TIME.exec(text) ?? [];
  return date === undefined ? Number.NaN : Date.parse(`${date}T${clock}${zone}`);
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text);
}

function refuse(place: string, what: string): Result<never, Failure> {
  return err(
    problemFailure(
      problem('validation-failed', {
        detail: `${place}${what}.`,
        remedy: 'Give CSV rows timestamp,value below that header: 2026-11-24T10:00:00Z,0.42.',
      }),
    ),
  );
}
