/** Rows of a file, whatever its format: values by column, and where they are. */
import { type FieldProblem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { messageOf } from '../../io/message-of.ts';
import { parseCsv } from '../../io/parse-csv.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { Fields } from '../../output/fields.ts';

/** One row. */
export interface FileRow {
  /** `row 3` of a table, counted from its header on; `item 3` of a list. */
  readonly place: string;
  readonly values: Fields;
}

/** A file, read. */
export interface FileRows {
  readonly path: string;
  readonly rows: readonly FileRow[];
}

/** Something that is wrong in a row. */
export interface RowFault {
  readonly place: string;
  readonly column: string;
  readonly message: string;
}

const List = z.array(z.record(z.string(), z.unknown()));

/**
 * Reads a file of rows: CSV, JSON or YAML.
 * @param list - name of the list where the file is an object: `nodes`
 * Failures: wrong usage for a file that cannot be read; `validation-failed` for one without rows.
 */
export async function readRows(
  io: Pick<CliIo, 'readText'>,
  path: string,
  list: 'nodes' | 'vms',
): Promise<Result<FileRows, Failure>> {
  const text = await readTextFile(io, path, list === 'vms' ? 'the VMs' : 'the nodes');
  if (!text.ok) return text;
  const rows = isTable(path, text.value) ? readTable(text.value) : readList(text.value, list);
  if (typeof rows !== 'string') return ok({ path, rows });
  return err(
    problemFailure(
      problem('validation-failed', {
        detail: `${path} ${rows}.`,
        remedy: 'Give a CSV table with a header, or a JSON or YAML list; see docs/placement.md.',
      }),
    ),
  );
}

/** The failure for rows with faults; the first one in words, more of them beside it. */
export function rowsFailure(path: string, faults: readonly RowFault[]): Failure {
  const [first] = faults;
  const where = first === undefined ? '' : `, ${first.place}, column ${first.column}`;
  const more = faults.length > 1 ? ` (${faults.length} errors in total)` : '';
  return problemFailure(
    problem('validation-failed', {
      detail: `${path}${where}: ${first?.message ?? 'is not valid'}${more}.`,
      remedy: 'Correct the file; docs/placement.md lists the columns.',
      fields: faults
        .slice(0, FAULTS_SHOWN_MAX)
        .map(
          ({ place, column, message }): FieldProblem => ({ path: [path, place, column], message }),
        ),
    }),
  );
}

/** A file of the wrong kind is wrong in every row; a few of them are enough. */
const FAULTS_SHOWN_MAX = 10;

/** Returns the schema's faults in a row. */
export function faultsOf(row: FileRow, error: z.ZodError): readonly RowFault[] {
  return error.issues.flatMap((issue): RowFault[] => {
    const { place } = row;
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((column) => ({
        place,
        column,
        message: 'is not a column of the format',
      }));
    }
    const [name] = issue.path;
    const column = String(name ?? '(all)');
    const isMissing = name !== undefined && row.values[column] === undefined;
    return [{ place, column, message: isMissing ? 'is missing' : issue.message }];
  });
}

function isTable(path: string, text: string): boolean {
  if (/\.csv$/i.test(path)) return true;
  if (/\.(json|ya?ml)$/i.test(path)) return false;
  return /^\uFEFF?[\w"]+,/.test(text);
}

function readTable(text: string): readonly FileRow[] | string {
  const [header, ...rows] = parseCsv(text);
  if (header === undefined) return 'is empty';
  const found: FileRow[] = [];
  for (const { line, cells } of rows) {
    if (cells.length > header.cells.length) {
      return `has ${cells.length} cells in row ${line}, but ${header.cells.length} columns`;
    }
    const named = header.cells.map((name, at) => [name, cells[at] ?? ''] as const);
    const values = Object.fromEntries(named.filter(([, cell]) => cell !== ''));
    found.push({ place: `row ${line}`, values });
  }
  return found;
}

function readList(text: string, list: string): readonly FileRow[] | string {
  const read = parseText(text);
  if (!read.ok) return `is neither JSON nor YAML: ${read.error}`;
  const inner: unknown = Object(read.value)[list];
  const items = List.safeParse(Array.isArray(read.value) ? read.value : inner);
  if (!items.success) return `has no list of ${list}`;
  return items.data.map((values, at) => ({ place: `item ${at + 1}`, values }));
}

function parseText(text: string): Result<unknown, string> {
  try {
    return ok(/^\s*[[{]/.test(text) ? JSON.parse(text) : parse(text));
  } catch (cause) {
    return err((messageOf(cause).split('\n')[0] ?? '').replace(/:$/, ''));
  }
}
