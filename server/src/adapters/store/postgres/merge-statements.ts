/**
 * Makes few statements of the many like ones of a group: a hundred appends to logs are one INSERT
 * of a hundred rows. Only for groups that fail as a whole when any guard of them does: a merged
 * statement does not say whose it was.
 */
import type { Change } from '../../../ports/store.ts';
import type { GuardedSet, GuardedStatement } from '../compile-change.ts';
import type { SqlText } from '../kysely-tables.ts';
import { type MergeableChange, toMergedSql } from './merged-sql.ts';

/** How many statements back a like one is looked for: bounds the work for each. */
const LOOK_BACK_MAX = 16;

/** Which tables refer to which: `child>parent`. */
export type References = ReadonlySet<string>;

/** Finds the references of a database. Rows: `child`, `parent`. */
export const REFERENCES_SQL = `select c.relname as child, p.relname as parent
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
  where k.contype = 'f' and k.connamespace = current_schema()::regnamespace`;

/** A batch while it is being gathered, with the rows that its updates change. */
interface Gathering {
  readonly batch: [GuardedStatement, ...GuardedStatement[]];
  readonly updated: Set<string>;
}

/** The SQL of all sets in an order that has the same outcome as theirs, like ones merged. */
export function mergeStatements(sets: readonly GuardedSet[], references: References): SqlText[] {
  const all: Gathering[] = [];
  for (const statement of sets.flat()) {
    const { change } = statement;
    const found = findLike(all, statement, references);
    if (found === undefined) all.push({ batch: [statement], updated: updatedBy(change) });
    else {
      found.batch.push(statement);
      if (change.kind === 'update') found.updated.add(change.id);
    }
  }
  return all.flatMap(({ batch }) => toMergedSql(batch));
}

function updatedBy(change: Change): Set<string> {
  return new Set(change.kind === 'update' ? [change.id] : []);
}

/** The like statements that this one may join: it changes places with all behind them. */
function findLike(
  all: readonly Gathering[],
  { change, query }: GuardedStatement,
  references: References,
): Gathering | undefined {
  if (!isMergeable(change)) return undefined;
  const last = all.length - 1;
  for (let index = last; index >= 0 && index > last - LOOK_BACK_MAX; index -= 1) {
    const other = all[index];
    if (other === undefined) return undefined;
    // One statement changes a row once.
    const isAgain = change.kind === 'update' && other.updated.has(change.id);
    if (other.batch[0].query.sql === query.sql) return isAgain ? undefined : other;
    if (!changesPlaces(change, other.batch[0].change, references)) return undefined;
  }
  return undefined;
}

function isMergeable(change: Change): change is MergeableChange {
  switch (change.kind) {
    case 'insert':
      return true;
    case 'update':
      return isMergeableUpdate(change);
    case 'require-none':
      return Object.values(change.where).every(isPlain);
    default:
      return false;
  }
}

/** Values that are set and values that are expected travel as one row: each column has one. */
function isMergeableUpdate({ set, expect = {} }: Extract<Change, { kind: 'update' }>): boolean {
  if (Object.keys(set).length === 0) return false;
  return Object.entries(expect).every(
    ([column, condition]) =>
      condition === null || (typeof condition !== 'object' && !(column in set)),
  );
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
