/**
 * Makes few statements of the many like ones of a group: a hundred appends to logs are one INSERT
 * of a hundred rows. Only for groups that fail as a whole when any guard of them does: a merged
 * statement does not say whose it was.
 */
import type { Change } from '../../../ports/store.ts';
import { type GuardedSet, type GuardedStatement, isLook } from '../compile-change.ts';
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

/** A batch while it is being gathered, with the ids of its rows. */
interface Gathering {
  readonly batch: [GuardedStatement, ...GuardedStatement[]];
  /** Undefined where rows are not known by their ids; like statements are like in this, too. */
  readonly ids: Set<string> | undefined;
}

/** The SQL of all sets in an order that has the same outcome as theirs, like ones merged. */
export function mergeStatements(sets: readonly GuardedSet[], references: References): SqlText[] {
  const all: Gathering[] = [];
  for (const statement of sets.flat()) {
    const id = idOf(statement.change);
    const found = findLike(all, statement, references);
    if (found === undefined) {
      all.push({ batch: [statement], ids: id === undefined ? undefined : new Set([id]) });
    } else {
      found.batch.push(statement);
      if (id !== undefined) found.ids?.add(id);
    }
  }
  return all.flatMap(({ batch }) => toMergedSql(batch));
}

/** The row of a change; undefined where its id does not say which. */
function idOf(change: Change): string | undefined {
  switch (change.kind) {
    case 'insert':
      return change.row.id;
    case 'update':
    case 'add':
      return change.id;
    case 'require-none':
      return typeof change.where.id === 'string' ? change.where.id : undefined;
    default:
      return undefined;
  }
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
    const isAgain = change.kind === 'update' && !isLook(change) && other.ids?.has(change.id);
    if (other.batch[0].query.sql === query.sql) return isAgain === true ? undefined : other;
    if (!changesPlaces(change, other, references)) return undefined;
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
  if (Object.keys(set).length === 0) return Object.values(expect).every(isValue);
  return Object.entries(expect).every(
    ([column, condition]) =>
      condition === null || (typeof condition !== 'object' && !(column in set)),
  );
}

function isValue(condition: unknown): boolean {
  return typeof condition !== 'object';
}

/** Equal or not equal to a value; null is no value. */
function isPlain(condition: unknown): boolean {
  if (typeof condition !== 'object') return true;
  return condition !== null && 'not' in condition && condition.not !== null;
}

/**
 * Whether the outcome stays the same when the first, mergeable change comes before the others
 * instead of after them. Removals and replacements stay where they are: others may hang on the row.
 */
function changesPlaces(change: Change, { batch, ids }: Gathering, references: References): boolean {
  const other = batch[0].change;
  const own = tableOf(change);
  const table = tableOf(other);
  if (own === undefined || table === undefined) return false;
  if (looks(change) && looks(other)) return true;
  if (own === table) {
    // What is written to a row changes nothing for who looks at another one.
    const id = looks(change) || looks(other) ? idOf(change) : undefined;
    return id !== undefined && ids?.has(id) === false;
  }
  if (looks(change) || other.kind !== 'insert') return true;
  return !references.has(`${own}>${table}`) && !references.has(`${table}>${own}`);
}

function looks(change: Change): boolean {
  return change.kind === 'require-none' || isLook(change);
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
