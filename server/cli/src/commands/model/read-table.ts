/** Reads the table that a model learns from: a header, then a row per observation. */
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Table } from '@novacron/engine/training/model/table';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import { type CsvRow, parseCsv } from '../../io/parse-csv.ts';
import { readCellNumber } from '../../io/read-cell-number.ts';

/** A table with names for its columns. */
export interface NamedColumns {
  readonly names: readonly string[];
  /** NaN where a cell is empty. */
  readonly columns: readonly Float64Array[];
  /** Columns with text, which are left out. */
  readonly texts: readonly TextColumn[];
}

/** A column with text, and the first cell that makes it one. */
export interface TextColumn {
  readonly name: string;
  /** In the file; the header is line 1. */
  readonly line: number;
  readonly text: string;
}

const TEXT_SHOWN_MAX = 40;

/** Spellings of a missing value in tables. */
const MISSING = /^(|na|n\/a|nan|null|none)$/i;

/**
 * Reads all columns whose cells are numbers or empty.
 * Failures: `validation-failed` for a table without rows and for two columns of one name.
 */
export function readColumns(path: string, text: string): Result<NamedColumns, Failure> {
  const [header, ...rows] = parseCsv(text);
  if (header === undefined || rows.length === 0) return refuse(`${path} has no rows`);
  const twice = header.cells.find((name, at) => header.cells.indexOf(name) !== at);
  if (twice !== undefined) return refuse(`${path} has two columns with the name ${twice}`);
  const read = header.cells.map((name, at) => ({ name, ...valuesOf(rows, at) }));
  const known = read.flatMap((each) => ('values' in each ? [each] : []));
  return ok({
    names: known.map(({ name }) => name),
    columns: known.map(({ values }) => values),
    texts: read.flatMap((each) => ('values' in each ? [] : [each])),
  });
}

/** The named columns, with another one as their target. Failures: an absent column. */
export function toTable(
  path: string,
  { names, columns, texts }: NamedColumns,
  target: string,
): Result<Table, Failure> {
  const at = names.indexOf(target);
  const values = columns[at];
  if (values === undefined) {
    const found = texts.find(({ name }) => name === target);
    const why =
      found === undefined ? 'does not exist' : `has the text ${found.text} in line ${found.line}`;
    return refuse(
      `${path}: the column ${target} ${why}; columns with numbers: ${names.join(', ')}`,
    );
  }
  const others = <Value>(list: readonly Value[]) => list.filter((_, index) => index !== at);
  return ok({ features: others(names), columns: others(columns), target: values });
}

/** Columns in the order of the features of a model. Failures: an absent feature. */
export function pickColumns(
  path: string,
  { names, columns, texts }: NamedColumns,
  features: readonly string[],
): Result<readonly Float64Array[], Failure> {
  const spoiled = texts.find(({ name }) => features.includes(name));
  if (spoiled !== undefined) {
    const { name, line, text } = spoiled;
    return refuse(`${path}: the column ${name} has the text ${text} in line ${line}`);
  }
  const absent = features.filter((name) => !names.includes(name));
  if (absent.length > 0) return refuse(`${path} lacks columns of the model: ${absent.join(', ')}`);
  return ok(features.flatMap((name) => columns[names.indexOf(name)] ?? []));
}

function valuesOf(
  rows: readonly CsvRow[],
  at: number,
): { readonly values: Float64Array } | Omit<TextColumn, 'name'> {
  const values = new Float64Array(rows.length);
  for (const [row, { line, cells }] of rows.entries()) {
    const cell = cells[at] ?? '';
    const value = MISSING.test(cell) ? Number.NaN : readCellNumber(cell);
    if (value === undefined) {
      return { line, text: JSON.stringify(cell.slice(0, TEXT_SHOWN_MAX)) };
    }
    values[row] = value;
  }
  return { values };
}

function refuse(detail: string): Result<never, Failure> {
  const remedy = 'Use a CSV table with a header and a row per observation.';
  return err(problemFailure(problem('validation-failed', { detail: `${detail}.`, remedy })));
}
