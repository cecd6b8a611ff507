/** Reads the history of a metric: CSV, or an answer of Prometheus. */
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { type Failure, problemFailure } from '../../failures/failure.ts';
import { readSeries } from '../anomaly/read-series.ts';

/** A value with its time. Unit of the time: ms since 1970, UTC. */
export interface HistoryRow {
  readonly time_ms: number;
  readonly value: number;
}

/** The values of a file, oldest first. */
export interface History {
  readonly rows: readonly HistoryRow[];
  /** Rows without a number, and where the first one is; undefined: none. */
  readonly missing: { readonly count: number; readonly first: string } | undefined;
}

/** A file to read. */
export interface HistoryFile {
  readonly format: 'csv' | 'prometheus';
  /** Its name, for messages. */
  readonly path: string;
  readonly text: string;
  readonly nowMs: number;
}

/** Reads it. Failures: `validation-failed` with file and place of the first fault. */
export function readHistory(file: HistoryFile): Result<History, Failure> {
  const read = file.format === 'csv' ? readCsv(file) : readPrometheus(file);
  return read.ok ? checkRows(file, read.value) : read;
}

interface PlacedRow extends HistoryRow {
  readonly place: string;
}

function readCsv({ path, text }: HistoryFile): Result<readonly PlacedRow[], Failure> {
  // The last cell of a file that was cut looks like a whole one.
  if (text !== '' && !text.endsWith('\n')) {
    const detail = `${path}, line ${text.split('\n').length} has no line end: the file may be cut`;
    return refuse(detail, 'Copy the file again, or add a line end if it is whole.');
  }
  const read = readSeries(path, text);
  return read.ok ? ok(read.value.map((row) => ({ ...row, place: `line ${row.line}` }))) : read;
}

/** Within the times of a `Date`. */
const SECONDS = z.number().min(0).max(8.64e12);

/** What `/api/v1/query_range` answers. */
const Answer = z.union([
  z.looseObject({ status: z.literal('error'), error: z.string() }),
  z.looseObject({
    status: z.literal('success'),
    data: z.looseObject({
      resultType: z.literal('matrix'),
      result: z.array(
        z.looseObject({
          metric: z.record(z.string(), z.string()),
          values: z.array(z.tuple([SECONDS, z.string().min(1)])).default([]),
        }),
      ),
    }),
  }),
]);

const MS_PER_SECOND = 1_000;

/** Series that a message names. */
const SHOWN_MAX = 5;

function readPrometheus({ path, text }: HistoryFile): Result<readonly PlacedRow[], Failure> {
  const remedy =
    'Save the answer of Prometheus as it is: curl -G http://prometheus:9090/api/v1/query_range ' +
    "--data-urlencode 'query=sum(…)' -d start=… -d end=… -d step=1h";
  const json = parseJson(text);
  if (!json.ok) return refuse(`${path} is not JSON, or was cut: ${json.error}`, remedy);
  const { data: answer } = Answer.safeParse(json.value);
  if (answer === undefined) return refuse(`${path} is not an answer with a matrix`, remedy);
  if (answer.status === 'error') return refuse(`${path} is an error: ${answer.error}`, remedy);
  const [series, ...others] = answer.data.result;
  if (series === undefined) return refuse(`${path} has no series`, remedy);
  if (others.length > 0) {
    const labels = answer.data.result.slice(0, SHOWN_MAX).map(({ metric }) => describe(metric));
    const more = answer.data.result.length > SHOWN_MAX ? ', …' : '';
    const detail = `${path} has ${others.length + 1} series: ${labels.join(', ')}${more}`;
    return refuse(detail, 'Choose one by its labels, or combine them in the query: sum(…).');
  }
  return ok(
    series.values.map(([seconds, value], at) => ({
      time_ms: seconds * MS_PER_SECOND,
      value: Number(value),
      place: `values[${at}]`,
    })),
  );
}

function parseJson(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : 'unreadable');
  }
}

function describe(labels: Readonly<Record<string, string>>): string {
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(', ')}}`;
}

function checkRows(
  { path, nowMs }: HistoryFile,
  rows: readonly PlacedRow[],
): Result<History, Failure> {
  const missing = rows.filter(({ value }) => !Number.isFinite(value));
  let beforeS = Number.NEGATIVE_INFINITY;
  for (const { time_ms: ms, place } of rows) {
    const atS = Math.floor(ms / MS_PER_SECOND);
    const at = `${path}, ${place}`;
    if (ms > nowMs) {
      const detail = `${at}: ${new Date(ms).toISOString()} is in the future`;
      return refuse(detail, 'Correct the time: without a zone it is one in UTC.');
    }
    if (atS <= beforeS) {
      const detail = `${at} is not later than the row before it, in whole seconds`;
      return refuse(detail, 'Sort the rows by time, and leave one for each second.');
    }
    beforeS = atS;
  }
  const [first] = missing;
  return ok({
    rows: rows.filter(({ value }) => Number.isFinite(value)),
    missing: first === undefined ? undefined : { count: missing.length, first: first.place },
  });
}

function refuse(detail: string, remedy: string): Result<never, Failure> {
  return err(problemFailure(problem('validation-failed', { detail: `${detail}.`, remedy })));
}
