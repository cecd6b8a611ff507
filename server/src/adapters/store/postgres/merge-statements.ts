/**
 * Makes few statements of the many like ones of a group: a hundred appends to logs are one INSERT
 * of a hundred rows. Only for groups that fail as a whole when any guard of them does: a merged
 * statement does not say whose it was.
 */
import type { Change } from '../../../ports/store.ts';
import type { GuardedSet, GuardedStatement } from '../compile-change.ts';
import type { SqlText } from '../kysely-tables.ts';
import { toGuardedSql } from './guard-statement.ts';

/** How many statements back a like one is looked for: bounds the work for each. */
const LOOK_BACK_MAX = 16;

/** Which tables refer to which: `child>parent`. */
export type References = ReadonlySet<string>;

/** Finds the references of a database. Rows: `child`, `parent`. */
export const REFERENCES_SQL = `select c.relname as child, p.relname as parent
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
  where k.contype = 'f' and k.connamespace = current_schema()::regnamespace`;

type Batch = [GuardedStatement, ...GuardedStatement[]];

/** The SQL of all sets in an order that has the same outcome as theirs, like ones merged. */
export function mergeStatements(sets: readonly GuardedSet[], references: References): SqlText[] {
  const batches: Batch[] = [];
  for (const statement of sets.flat()) {
    const batch = findBatch(batches, statement, references);
    if (batch === undefined) batches.push([statement]);
    else batch.push(statement);
  }
  return batches.map(toSql);
}

/** The batch of like statements that this one may join: it changes places with all behind it. */
function findBatch(
  batches: readonly Batch[],
  statement: GuardedStatement,
  references: References,
): Batch | undefined {
  if (!isMergeable(statement.change)) return undefined;
  const last = batches.length - 1;
  for (let index = last; index >= 0 && index > last - LOOK_BACK_MAX; index -= 1) {
    const batch = batches[index];
    if (batch === undefined) return undefined;
    if (batch[0].query.sql === statement.query.sql) return batch;
    if (!changesPlaces(statement.change, batch[0].change, references)) return undefined;
  }
  return undefined;
}

function isMergeable(change: Change): boolean {
  if (change.kind === 'insert') return true;
  return change.kind === 'require-none' && Object.values(change.where).every(isPlain);
}

/** Equal or not equal to a value; null is no value. */
function isPlain(condition: unknown): boolean {
  if (typeof condition !== 'object') return true;
  return condition !== null && 'not' in condition && condition.not !== null;
}

/**
 * Whether the outcome stays the same when the first, mergeable change comes before the second one
 * instead of after it. Removals and replacements stay where they are: others may hang on the row.
 */
function changesPlaces(change: Change, other: Change, references: References): boolean {
  const own = tableOf(change);
  const table = tableOf(other);
  if (own === undefined || table === undefined) return false;
  if (change.kind === 'require-none' && other.kind === 'require-none') return true;
  if (own === table) return false;
  if (change.kind === 'require-none' || other.kind !== 'insert') return true;
  return !references.has(`${own}>${table}`) && !references.has(`${table}>${own}`);
}

/** The table of a change that touches this one only, and no ids of rows that are there. */
function tableOf(change: Change): string | undefined {
  switch (change.kind) {
    case 'insert':
      return change.into;
    case 'require-none':
      return change.of;
    case 'update':
    case 'add':
      return change.table;
    default:
      return undefined;
  }
}

function toSql(batch: Batch): SqlText {
  const [{ change }, second] = batch;
  if (second !== undefined && change.kind === 'insert') {
    return mergeInserts(change.into, batch);
  }
  if (second !== undefined && change.kind === 'require-none') {
    return mergeFinds(change, batch);
  }
  return toGuardedSql(batch[0]);
}

function mergeInserts(table: string, batch: Batch): SqlText {
  const rows = batch.flatMap(({ change }) => (change.kind === 'insert' ? [change.row] : []));
  const columns = Object.keys(rows[0] ?? {}).map(quote);
  const insert =
    `insert into ${quote(table)} (${columns.join(', ')}) select ${columns.join(', ')} ` +
    `from json_populate_recordset(null::${quote(table)}, $1) on conflict do nothing`;
  const sql =
    `with changed as (${insert} returning 1) ` +
    'select 1 / (count(*) = $2::bigint)::integer from changed';
  return { sql, parameters: [JSON.stringify(rows), rows.length] };
}

/** The limit keeps the planner from joining whole tables: each row is looked for by its key. */
function mergeFinds(first: Extract<Change, { kind: 'require-none' }>, batch: Batch): SqlText {
  const wanted = batch.flatMap(({ change }) =>
    change.kind === 'require-none' ? [valuesOf(change.where)] : [],
  );
  const table = quote(first.of);
  const conditions = Object.entries(first.where).map(([column, condition]) => {
    const operator = typeof condition === 'object' ? 'is distinct from' : '=';
    return `held.${quote(column)} ${operator} wanted.${quote(column)}`;
  });
  const sql =
    `select 1 / (1 - count(*)) from (select 1 from json_populate_recordset(null::${table}, $1) ` +
    `as wanted cross join lateral (select 1 from ${table} as held ` +
    `where ${conditions.join(' and ')} limit 1) as found limit 1) as any_found`;
  return { sql, parameters: [JSON.stringify(wanted)] };
}

function valuesOf(where: object): Record<string, unknown> {
  const conditions: [string, unknown][] = Object.entries(where);
  return Object.fromEntries(
    conditions.map(([column, condition]) => [
      column,
      typeof condition === 'object' && condition !== null && 'not' in condition
        ? condition.not
        : condition,
    ]),
  );
}

function quote(name: string): string {
  return `"${name}"`;
}
