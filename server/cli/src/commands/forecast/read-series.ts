/** Reads series from a wide table: a series a row, its id first, then its values. */
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { type CsvRow, parseCsv } from '../../io/parse-csv.ts';
import { readCellNumber } from '../../io/read-cell-number.ts';
import { readTextFile } from '../../io/read-text-file.ts';

/** A row of the table. */
export interface NamedValues {
  readonly name: string;
  /** NaN where a cell is empty; the cells behind the last value do not count. */
  readonly values: readonly number[];
}

/** Spellings of a missing value in tables. */
const MISSING = /^(|na|n\/a|nan|null|none)$/i;

/**
 * Reads the table. Its first row is a header if none of its cells has a number.
 * Failures: wrong usage for a file that cannot be read; `validation-failed` for a cell that is not
 * a number, with row and column, and for a table without series.
 */
export async function readSeries(
  io: Pick<CliIo, 'readText'>,
  path: string,
): Promise<Result<readonly NamedValues[], Failure>> {
  const text = await readTextFile(io, path, 'the series');
  if (!text.ok) return text;
  const rows = parseCsv(text.value);
  const series = rows.slice(isHeader(rows[0]) ? 1 : 0);
  if (series.length === 0) return invalid(path, 'has no series');
  const names = new Map<string, number>();
  const read: NamedValues[] = [];
  for (const row of series) {
    const [name = '', ...cells] = row.cells;
    if (name === '') return invalid(path, `row ${row.line}, column 1: the id is missing`);
    const before = names.get(name);
    if (before !== undefined) {
      return invalid(path, `row ${row.line}, column 1: row ${before} has the id ${name}, too`);
    }
    names.set(name, row.line);
    const values = cells.map(numberOf);
    const fault = values.indexOf(undefined);
    if (fault >= 0) {
      const cell = (cells[fault] ?? '').slice(0, CELL_LENGTH_MAX);
      const where = `row ${row.line}, column ${fault + 2}`;
      return invalid(path, `${where}: ${JSON.stringify(cell)} is not a finite number`);
    }
    read.push({ name, values: withoutEnd(values) });
  }
  return ok(read);
}

/** A cell in a message: a table of another kind may have whole texts in its cells. */
const CELL_LENGTH_MAX = 40;

function isHeader(row: CsvRow | undefined): boolean {
  const cells = row?.cells.slice(1) ?? [];
  const isWord = (cell: string) => numberOf(cell) === undefined;
  const isWordOrNothing = (cell: string) => isWord(cell) || MISSING.test(cell);
  return cells.some(isWord) && cells.every(isWordOrNothing);
}

/** NaN where a value is missing, undefined for anything else that is not a number. */
function numberOf(cell: string): number | undefined {
  return MISSING.test(cell) ? Number.NaN : readCellNumber(cell);
}

function withoutEnd(values: readonly (number | undefined)[]): readonly number[] {
  const known = values.map((value) => value ?? Number.NaN);
  return known.slice(0, known.findLastIndex((value) => !Number.isNaN(value)) + 1);
}

function invalid(path: string, what: string): Result<never, Failure> {
  const separator = what.startsWith('row') ? ', ' : ' ';
  return err(
    problemFailure(
      problem('validation-failed', {
        detail: `${path}${separator}${what}.`,
        remedy: 'Give a CSV table with a series a row: its id, then its values in order of time.',
      }),
    ),
  );
}
