/**
 * Reads a page of a list from the store, narrowed and sorted as the input says. Pages are found by
 * the place of the last item in the order (keyset pagination), so that each costs the same.
 * Source: https://use-the-index-luke.com/no-offset
 */
import { parseLabelSelector } from '@novacron/contract/formats/label-selector';
import { readMoment } from '@novacron/contract/formats/read-moment';
import { type IdPrefix, makeId } from '@novacron/contract/ids';
import { LIST_TOTAL_MAX, readSort } from '@novacron/contract/operation/listing';
import { listFingerprint, readListCursor } from '@novacron/contract/operations-table/list-cursor';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { AnyQuery, LabelFilter, Query, QueryWhere } from '../../../ports/store.ts';
import type { TableName, Tables } from '../../../ports/tables/tables.ts';
import type { Page } from '../../rows/page.ts';
import type { KernelDeps } from '../context/deps.ts';
import { badCursor, cursorOf, readCursorValue } from './cursor.ts';

/** The parsed input of any list. */
export interface ListInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort?: string | undefined;
  readonly search?: string | undefined;
  readonly labels?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly count?: boolean | undefined;
}

/** Source of a list. */
export interface ListSource<T extends TableName> {
  readonly operation: OperationName;
  readonly from: T;
  /**
   * Condition for the rows that the caller may see, and for filters other than equality of a
   * column.
   */
  readonly where: QueryWhere<T>;
  /** The column of a field of the input or of an item, where it has another name. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Columns of numbers to sort by, beside those of moments. */
  readonly numbers?: readonly string[];
  /** Fields of the input that `where` has already. */
  readonly handled?: readonly string[];
  /** The prefix of ids that begin with the time of the list's field of time. */
  readonly idPrefix?: IdPrefix;
  /** Labels of which tenant; absent where items have none. */
  readonly tenantId?: string;
}

/** Columns of fields that every list calls the same. Ids begin with the time of creation. */
const COLUMNS: Readonly<Record<string, string>> = {
  created_at: 'created_at_ms',
  updated_at: 'updated_at_ms',
  last_seen_at: 'last_seen_at_ms',
  opened_at: 'opened_at_ms',
  at: 'at_ms',
};

/** Fields by which a list is in the order of its ids. */
export const ORDERED_AS_IDS: ReadonlySet<string> = new Set(['id', 'created_at', 'at', 'opened_at']);

/**
 * Reads a page.
 * @param sortDefault - the sort of a request that names none; else the first one of the list
 * @returns rows in order, with the cursor of the next page, and the total where it was requested;
 * `validation-failed` for a cursor that no server has made
 */
export async function readList<T extends TableName>(
  { store, clock }: Pick<KernelDeps, 'store' | 'clock'>,
  source: ListSource<T>,
  input: ListInput,
  sortDefault?: string,
): Promise<Result<Page<Tables[T]>, Problem>> {
  const { listing } = operationRow(source.operation);
  assert(listing !== undefined, `${source.operation} describes its filters`);
  const { field, direction } = readSort(input.sort ?? sortDefault ?? listing.sort[0]);
  const column = ORDERED_AS_IDS.has(field) ? 'id' : columnOf(source, field);
  const selection = { ...source, input, nowMs: clock.nowMs() };
  const narrowed = narrowQuery(selection);
  const after = readAfter(input.cursor, column, source.numbers);
  if (!after.ok) return after;
  const query = {
    ...narrowed,
    orderBy: { column, direction },
    ...(after.value === undefined ? {} : { after: after.value }),
    limit: input.limit + 1,
    // Those that cannot be read are named by `mapPage`.
    damaged: 'blank',
  };
  // The columns are those of the table, which a lookup by name cannot tell the compiler.
  const rows = await store.read(query as unknown as Query<T>);
  const total = input.count === true ? await countRows(store, narrowed) : {};
  return ok({ ...cutPage(rows, { source, input, column }), ...total });
}

function columnOf({ columns = {} }: Pick<ListSource<TableName>, 'columns'>, field: string): string {
  return columns[field] ?? COLUMNS[field] ?? field;
}

type Selection<T extends TableName> = ListSource<T> & {
  readonly input: ListInput;
  readonly nowMs: number;
};

/** The query without its page: what is counted. */
function narrowQuery<T extends TableName>(selection: Selection<T>) {
  const { operation, from, where, input, tenantId } = selection;
  const { search = [] } = operationRow(operation).listing ?? {};
  return {
    from,
    // What the caller may see comes last: no filter of a request replaces it.
    where: { ...filterWhere(selection), ...timeWhere(selection), ...where },
    ...(input.search === undefined
      ? {}
      : {
          search: {
            text: input.search,
            columns: search.map((field) => columnOf(selection, field)),
          },
        }),
    ...labelsOf(input.labels, tenantId),
  };
}

function labelsOf(
  selector: string | undefined,
  tenantId: string | undefined,
): { readonly labels?: LabelFilter } {
  const requirements = selector === undefined ? undefined : parseLabelSelector(selector);
  if (requirements === undefined || tenantId === undefined) return {};
  return { labels: { tenantId, requirements } };
}

function filterWhere<T extends TableName>(selection: Selection<T>): Record<string, unknown> {
  const { operation, input, handled = [] } = selection;
  const filters = Object.keys(operationRow(operation).listing?.filters ?? {});
  const values = new Map<string, unknown>(Object.entries(input));
  const said = filters.filter((field) => !handled.includes(field) && values.has(field));
  const conditions = said.flatMap((field) => {
    const value = values.get(field);
    if (value === undefined) return [];
    return [[columnOf(selection, field), Array.isArray(value) ? { in: value } : value]];
  });
  return Object.fromEntries(conditions);
}

/** Ids are made before their rows; no request takes longer. Unit: milliseconds. */
const ID_AGE_MS_MAX = 3_600_000;

/**
 * The range of times, exactly by the column, and roughly by the ids: their index is the one with
 * the order of the page.
 */
function timeWhere<T extends TableName>(selection: Selection<T>): Record<string, unknown> {
  const { operation, input, nowMs, idPrefix } = selection;
  const { time } = operationRow(operation).listing ?? {};
  const range = readTimeRange(input, nowMs);
  if (time === undefined || range === undefined) return {};
  const { from, until } = range;
  const exact = { [columnOf(selection, time)]: range };
  if (idPrefix === undefined || !ORDERED_AS_IDS.has(time)) return exact;
  const idAt = (ms: number) => makeId(idPrefix, Math.max(0, ms), new Uint8Array(10));
  const ids = rangeOf(
    from === undefined ? undefined : idAt(from - ID_AGE_MS_MAX),
    until === undefined ? undefined : idAt(until + ID_AGE_MS_MAX),
  );
  return { id: ids, ...exact };
}

/**
 * The range of times of a request as a condition on a column; undefined where it names none. Unit:
 * milliseconds since the Unix epoch.
 */
export function readTimeRange(
  { since, until }: Pick<ListInput, 'since' | 'until'>,
  nowMs: number,
): { readonly from?: number; readonly until?: number } | undefined {
  if (since === undefined && until === undefined) return undefined;
  return rangeOf(
    since === undefined ? undefined : readMoment(since, nowMs),
    until === undefined ? undefined : readMoment(until, nowMs),
  );
}

/** A condition on a column, from the first to before the second, where they are given. */
function rangeOf<Value>(from: Value | undefined, until: Value | undefined) {
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

function readAfter(cursor: string | undefined, column: string, numbers: readonly string[] = []) {
  if (cursor === undefined) return ok(undefined);
  const { id, value } = readListCursor(cursor);
  if (column === 'id') return ok({ id });
  const isNumber = column.endsWith('_ms') || numbers.includes(column);
  const read = readCursorValue(value, isNumber ? 'number' : 'string');
  return read === undefined ? err(badCursor()) : ok({ id, value: read });
}

async function countRows(
  store: KernelDeps['store'],
  narrowed: object,
): Promise<Pick<Page<unknown>, 'total' | 'total_is_exact'>> {
  // One query of the table, as above.
  const found = await store.count({ ...narrowed, limit: LIST_TOTAL_MAX + 1 } as AnyQuery);
  return exactTo(found);
}

/** The total of a list, of which at most one row more than {@link LIST_TOTAL_MAX} was counted. */
export function exactTo(found: number): {
  readonly total: number;
  readonly total_is_exact: boolean;
} {
  return { total: Math.min(found, LIST_TOTAL_MAX), total_is_exact: found <= LIST_TOTAL_MAX };
}

function cutPage<T extends TableName>(
  rows: readonly Tables[T][],
  {
    source,
    input,
    column,
  }: { readonly source: ListSource<T>; readonly input: ListInput; readonly column: string },
): Page<Tables[T]> {
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  if (rows.length <= input.limit || last === undefined) return { items, next_cursor: null };
  const fingerprint = listFingerprint(operationRow(source.operation), { ...input });
  const value: unknown = column === 'id' ? undefined : Reflect.get(last, column);
  return { items, next_cursor: cursorOf({ id: last.id, fingerprint, value }) };
}
