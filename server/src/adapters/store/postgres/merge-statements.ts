/**
 * Makes few statements of the many like ones of a group: a hundred appends to logs are one INSERT
 * of a hundred rows. Only for groups that fail as a whole when any guard of them does: a merged
 * statement does not say whose it was.
 */
import type { Change } from '../../../ports/store.ts';
import { type GuardedSet, type GuardedStatement, isLook } from '../sql/compile-change.ts';
import type { SqlText } from '../sql/kysely-tables.ts';
import { toMergedSql } from './merged-sql.ts';

/** Number of statements to search backwards for a similar statement: bounds the work for each. */
const LOOK_BACK_MAX = 16;

/** Tables connected by references, seen from either end. */
export type References = ReadonlyMap<string, ReadonlySet<string>>;

/** Finds the references of a database. Rows: `child`, `parent`. */
export const REFERENCES_SQL = `select c.relname as child, p.relname as parent
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
  where k.contype = 'f' and k.connamespace = current_schema()::regnamespace`;

/** References as the database lists them, by table. */
export function toReferences(
  rows: readonly { readonly child: string; readonly parent: string }[],
): References {
  const references = new Map<string, Set<string>>();
  const tie = (table: string, other: string): void => {
    references.set(table, (references.get(table) ?? new Set()).add(other));
  };
  for (const { child, parent } of rows) {
    tie(child, parent);
    tie(parent, child);
  }
  return references;
}

/**
 * Attributes that decide the position of a statement: computed once, because it is compared with
 * many other statements.
 */
interface Mark {
  readonly does: 'look' | 'insert' | 'change';
  /** Undefined where a change touches more than this table, or rows by their ids only. */
  readonly table: string | undefined;
  /** The row; undefined where its id does not say which. */
  readonly id: string | undefined;
}

/** A batch while it is being gathered. */
interface Gathering {
  readonly batch: [GuardedStatement, ...GuardedStatement[]];
  readonly mark: Mark;
  readonly isMergeable: boolean;
  /**
   * Ids of all its rows; undefined if its rows, as in all similar statements, are not known by id.
   */
  readonly ids: Set<string> | undefined;
}

/** The SQL of all sets in an order that has the same outcome as theirs, like ones merged. */
export function mergeStatements(sets: readonly GuardedSet[], references: References): SqlText[] {
  const all: Gathering[] = [];
  for (const set of sets) {
    for (const statement of set) {
      const mark = markOf(statement.change);
      const { id } = mark;
      const found = findLike(all, statement, mark, references);
      if (found === undefined) {
        const ids = id === undefined ? undefined : new Set([id]);
        all.push({ batch: [statement], mark, isMergeable: isMergeable(statement.change), ids });
      } else {
        found.batch.push(statement);
        if (id !== undefined) found.ids?.add(id);
      }
    }
  }
  return all.flatMap(({ batch }) => toMergedSql(batch));
}

function markOf(change: Change): Mark {
  switch (change.kind) {
    case 'insert':
      return { does: 'insert', table: change.into, id: change.row.id };
    case 'update':
      return { does: isLook(change) ? 'look' : 'change', table: change.table, id: change.id };
    case 'add':
    case 'patch':
      return { does: 'change', table: change.table, id: change.id };
    case 'require-none': {
      const { id } = change.where;
      return { does: 'look', table: change.of, id: typeof id === 'string' ? id : undefined };
    }
    default:
      return { does: 'change', table: undefined, id: undefined };
  }
}

/** The like statements that this one may join: it changes places with all behind them. */
function findLike(
  all: readonly Gathering[],
  { change, query }: GuardedStatement,
  mark: Mark,
  references: References,
): Gathering | undefined {
  const last = all.length - 1;
  for (let index = last; index >= 0 && index > last - LOOK_BACK_MAX; index -= 1) {
    const other = all[index];
    if (other === undefined) return undefined;
    const [first] = other.batch;
    if (first.query.sql === query.sql) {
      // What holds for one change of this kind and SQL holds for all.
      if (!other.isMergeable || first.change.kind !== change.kind) return undefined;
      // One statement changes a row once.
      const { does, id = '' } = mark;
      return does === 'change' && other.ids?.has(id) === true ? undefined : other;
    }
    if (!changesPlaces(mark, other, references)) return undefined;
  }
  return undefined;
}

function isMergeable(change: Change): boolean {
  switch (change.kind) {
    case 'insert':
    case 'patch':
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

/** Equal or not equal to a value; null is not a value. */
function isPlain(condition: unknown): boolean {
  if (typeof condition !== 'object') return true;
  return condition !== null && 'not' in condition && condition.not !== null;
}

/**
 * Whether the outcome stays the same when the mergeable one comes before the others instead of
 * after them. Removals and replacements stay where they are: others may hang on the row.
 */
function changesPlaces(
  { does, table, id }: Mark,
  { mark: other, ids }: Gathering,
  references: References,
): boolean {
  if (table === undefined || other.table === undefined) return false;
  if (does === 'look' && other.does === 'look') return true;
  if (table === other.table) {
    // What is written to a row changes nothing for who looks at another one.
    const isLooked = does === 'look' || other.does === 'look';
    return isLooked && id !== undefined && ids?.has(id) === false;
  }
  if (does === 'look' || other.does !== 'insert') return true;
  return references.get(table)?.has(other.table) !== true;
}
