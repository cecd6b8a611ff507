/**
 * The SQL of like statements that were merged. A guard that fails, or a key that is taken, fails
 * the statement.
 */
import type { Change } from '../../../ports/store.ts';
import type { GuardedStatement } from '../compile-change.ts';
import type { SqlText } from '../kysely-tables.ts';
import { toGuardedSql } from './guard-statement.ts';

/** What can be merged. */
export type MergeableChange = Extract<Change, { kind: 'insert' | 'update' | 'require-none' }>;

type InsertChange = Extract<Change, { kind: 'insert' }>;
type UpdateChange = Extract<Change, { kind: 'update' }>;
type FindChange = Extract<Change, { kind: 'require-none' }>;

/** Statements of the same SQL, at least one. */
export type Batch = readonly [GuardedStatement, ...GuardedStatement[]];

/** Answers the SQL of a batch, mostly one statement. */
export function toMergedSql(batch: Batch): readonly SqlText[] {
  const [first] = batch;
  if (batch.length === 1) return [toGuardedSql(first)];
  const changes = batch.map(({ change }) => change);
  switch (first.change.kind) {
    case 'insert':
      return [mergeInserts(first.change.into, changes.filter(isInsert))];
    case 'update':
      return [mergeUpdates(first.change, changes.filter(isUpdate))];
    case 'require-none':
      return mergeFinds(first.change, changes.filter(isFind));
    default:
      return batch.map(toGuardedSql);
  }
}

function isInsert(change: Change): change is InsertChange {
  return change.kind === 'insert';
}

function isUpdate(change: Change): change is UpdateChange {
  return change.kind === 'update';
}

function isFind(change: Change): change is FindChange {
  return change.kind === 'require-none';
}

/**
 * A taken key may be an error here, as it fails the group in either way: asking for it row by row
 * first (`on conflict`) takes longer than the insert.
 */
function mergeInserts(table: string, changes: readonly InsertChange[]): SqlText {
  const rows = changes.map(({ row }) => row);
  const columns = Object.keys(rows[0] ?? {})
    .map(quote)
    .join(', ');
  const sql =
    `insert into ${quote(table)} (${columns}) select ${columns} ` +
    `from json_populate_recordset(null::${quote(table)}, $1)`;
  return { sql, parameters: [JSON.stringify(rows)] };
}

/** Each row is changed by one of the updates: which of two would come last, nobody says. */
function mergeUpdates({ table, set, expect }: UpdateChange, changes: readonly UpdateChange[]) {
  const rows = changes.map((change) => ({ id: change.id, ...change.expect, ...change.set }));
  const values = Object.keys(set).map((column) => `${quote(column)} = wanted.${quote(column)}`);
  const conditions = Object.entries({ id: '', ...expect }).map(([column, condition]) =>
    condition === null
      ? `held.${quote(column)} is null`
      : `held.${quote(column)} = wanted.${quote(column)}`,
  );
  const update =
    `update ${quote(table)} as held set ${values.join(', ')} ` +
    `from json_populate_recordset(null::${quote(table)}, $1) as wanted ` +
    `where ${conditions.join(' and ')}`;
  const sql =
    `with changed as (${update} returning 1) ` +
    'select 1 / (count(*) = $2::bigint)::integer from changed';
  return { sql, parameters: [JSON.stringify(rows), rows.length] };
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
  const idsByWish = new Map<unknown, { ids: string[]; values: readonly unknown[] }>();
  for (const change of changes) {
    const { id, ...wished } = valuesOf(change.where);
    const values = Object.values(wished);
    const wish = values.length === 1 ? values[0] : JSON.stringify(values);
    const known = idsByWish.get(wish);
    if (known === undefined) idsByWish.set(wish, { ids: [String(id)], values });
    else known.ids.push(String(id));
  }
  return [...idsByWish.values()].map(({ ids, values }) => {
    return { sql, parameters: [toArrayText(ids), ...values] };
  });
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
  for (const [column, condition] of Object.entries(where) as [string, unknown][]) {
    const isDifference = typeof condition === 'object' && condition !== null && 'not' in condition;
    values[column] = isDifference ? condition.not : condition;
  }
  return values;
}

/** A list as PostgreSQL reads it (its manual, "Array Input and Output Syntax"). */
function toArrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

function quote(name: string): string {
  return `"${name}"`;
}
