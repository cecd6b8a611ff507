/**
 * The SQL of like statements that were merged. A guard that fails, or a key that is taken, fails
 * the statement.
 */
import type { Change } from '../../../ports/store.ts';
import { type GuardedStatement, isLook } from '../sql/compile-change.ts';
import type { SqlText } from '../sql/kysely-tables.ts';
import { toGuardedSql } from './guard-statement.ts';
import { type ColumnValue, toColumnArray, toTextArray } from './to-array.ts';

type InsertChange = Extract<Change, { kind: 'insert' }>;
type UpdateChange = Extract<Change, { kind: 'update' }>;
type PatchChange = Extract<Change, { kind: 'patch' }>;
type FindChange = Extract<Change, { kind: 'require-none' }>;

/** Statements of the same SQL, at least one; their values are in the same order. */
export type Batch = readonly [GuardedStatement, ...GuardedStatement[]];

/** Answers the SQL of a batch, mostly one statement. */
export function toMergedSql(batch: Batch): readonly SqlText[] {
  const [first] = batch;
  const { change } = first;
  if (batch.length === 1) return [toGuardedSql(first)];
  switch (change.kind) {
    case 'insert':
      return [mergeInserts(change, batch)];
    case 'patch':
      return [mergeWrites(change, batch)];
    case 'update':
      return isLook(change) ? mergeLooks(change, batch) : [mergeUpdates(change, batch)];
    case 'require-none':
      return mergeFinds(
        change,
        batch.map((each) => each.change).filter((each) => each.kind === 'require-none'),
      );
    default:
      return batch.map(toGuardedSql);
  }
}

/**
 * A taken key may be an error here, as it fails the group in either way: asking for it row by row
 * first (`on conflict`) takes longer than the insert.
 */
function mergeInserts({ into, row }: InsertChange, batch: Batch): SqlText {
  const columns = Object.keys(row);
  const { from, parameters, cellOf } = toRows(columns, batch);
  const sql =
    `insert into ${quote(into)} (${columns.map(quote).join(', ')}) ` +
    `select ${columns.map(cellOf).join(', ')} from ${from}`;
  return { sql, parameters };
}

/** Merges updates, which must change as many rows as there are updates. */
function mergeUpdates(change: UpdateChange, batch: Batch): SqlText {
  const { sql: update, parameters } = mergeWrites(change, batch);
  const sql =
    `with changed as (${update} returning 1) ` +
    `select 1 / (count(*) = $${parameters.length + 1}::bigint)::integer from changed`;
  return { sql, parameters: [...parameters, batch.length] };
}

/** Each row is changed by one of the statements: the order of two is undefined. */
function mergeWrites(change: UpdateChange | PatchChange, batch: Batch): SqlText {
  const { table, set } = change;
  const expect = change.kind === 'update' ? (change.expect ?? {}) : {};
  const isAbsent = (column: string): boolean => Reflect.get(expect, column) === null;
  const expected = Object.keys(expect).filter((column) => !isAbsent(column));
  const absent = Object.keys(expect).filter(isAbsent);
  const { from, parameters, cellOf } = toRows([...Object.keys(set), 'id', ...expected], batch);
  const values = Object.keys(set).map((column) => `${quote(column)} = ${cellOf(column)}`);
  const conditions = [
    ...['id', ...expected].map((column) => `held.${quote(column)} = ${cellOf(column)}`),
    ...absent.map((column) => `held.${quote(column)} is null`),
  ];
  const sql =
    `update ${quote(table)} as held set ${values.join(', ')} ` +
    `from ${from} where ${conditions.join(' and ')}`;
  return { sql, parameters };
}

/** Rows that travel as one list of values a column. */
interface Rows {
  /** SQL after `from`. */
  readonly from: string;
  readonly parameters: readonly unknown[];
  /** The value of a column: a column that is null in every row does not travel. */
  readonly cellOf: (column: string) => string;
}

/** @param columns - those of the statements' values, in their order */
function toRows(columns: readonly string[], batch: Batch): Rows {
  const given = columns.flatMap((column, at) => {
    // The compiler has made them of what columns can hold.
    const array = toColumnArray(batch.map(({ query }) => query.parameters[at] as ColumnValue));
    return array === undefined ? [] : [{ column, ...array }];
  });
  const lists = given.map(({ type }, index) => `$${index + 1}::${type}`);
  const names = given.map(({ column }) => column);
  return {
    from: `unnest(${lists.join(', ')}) as wanted(${names.map(quote).join(', ')})`,
    parameters: given.map(({ parameter }) => parameter),
    cellOf: (column) => (names.includes(column) ? `wanted.${quote(column)}` : 'null'),
  };
}

/** Looks at rows that are known by their ids: as many are found as are asked for. */
function mergeLooks({ table, expect = {} }: UpdateChange, batch: Batch): readonly SqlText[] {
  const conditions = Object.keys(expect).map((column, index) => `${quote(column)} = $${index + 3}`);
  const sql =
    `select 1 / (count(*) = $2::bigint)::integer from ${quote(table)} ` +
    `where ${['id = any($1)', ...conditions].join(' and ')}`;
  const wishes = batch.map(({ query }) => {
    const [id, ...values] = query.parameters;
    return { id: String(id), values };
  });
  return gatherByWish(wishes).map(({ ids, values }) => {
    return { sql, parameters: [toTextArray(ids), ids.length, ...values] };
  });
}

function mergeFinds(first: FindChange, changes: readonly FindChange[]): readonly SqlText[] {
  if (typeof first.where.id === 'string') return mergeFindsById(first, changes);
  return [mergeFindsByRow(first, changes)];
}

/** Guards on rows that are known by their ids mostly want the same of all of them. */
function mergeFindsById(
  { of, where }: FindChange,
  changes: readonly FindChange[],
): readonly SqlText[] {
  const table = quote(of);
  const conditions = Object.entries(where)
    .filter(([column]) => column !== 'id')
    .map(([column, condition], index) => `${quote(column)} ${operatorOf(condition)} $${index + 2}`);
  const sql =
    `select 1 / (1 - count(*)) from (select 1 from ${table} ` +
    `where ${['id = any($1)', ...conditions].join(' and ')} limit 1) as any_found`;
  const wishes = changes.map((change) => {
    const { id, ...wished } = valuesOf(change.where);
    return { id: String(id), values: Object.values(wished) };
  });
  return gatherByWish(wishes).map(({ ids, values }) => {
    return { sql, parameters: [toTextArray(ids), ...values] };
  });
}

/** Required values of a row that is known by its id. */
interface Wish {
  readonly id: string;
  readonly values: readonly unknown[];
}

/** The ids of which the same is wanted, each once. */
function gatherByWish(wishes: readonly Wish[]) {
  const idsByWish = new Map<unknown, { ids: Set<string>; values: readonly unknown[] }>();
  for (const { id, values } of wishes) {
    const wish = values.length === 1 ? values[0] : JSON.stringify(values);
    const known = idsByWish.get(wish);
    if (known === undefined) idsByWish.set(wish, { ids: new Set([id]), values });
    else known.ids.add(id);
  }
  return [...idsByWish.values()].map(({ ids, values }) => ({ ids: [...ids], values }));
}

/** The limit keeps the planner from joining whole tables: each row is looked for by its key. */
function mergeFindsByRow({ of, where }: FindChange, changes: readonly FindChange[]): SqlText {
  const wanted = changes.map((change) => valuesOf(change.where));
  const table = quote(of);
  const conditions = Object.entries(where).map(
    ([column, condition]) =>
      `held.${quote(column)} ${operatorOf(condition)} wanted.${quote(column)}`,
  );
  const sql =
    `select 1 / (1 - count(*)) from (select 1 from json_populate_recordset(null::${table}, $1) ` +
    `as wanted cross join lateral (select 1 from ${table} as held ` +
    `where ${conditions.join(' and ')} limit 1) as found limit 1) as any_found`;
  return { sql, parameters: [JSON.stringify(wanted)] };
}

function operatorOf(condition: unknown): string {
  return typeof condition === 'object' ? 'is distinct from' : '=';
}

function valuesOf(where: object): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const conditions: [string, unknown][] = Object.entries(where);
  for (const [column, condition] of conditions) {
    const isDifference = typeof condition === 'object' && condition !== null && 'not' in condition;
    values[column] = isDifference ? condition.not : condition;
  }
  return values;
}

function quote(name: string): string {
  return `"${name}"`;
}
