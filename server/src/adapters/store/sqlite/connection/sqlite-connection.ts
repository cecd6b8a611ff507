/** A connection to a SQLite file that runs compiled SQL and keeps its prepared statements. */
import type BetterSqlite3 from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { SqlText } from '../../sql/kysely-tables.ts';

/**
 * Prepared statements kept a connection. NovaCron has some hundred shapes of statements; only the
 * lengths of `in` lists make more, and those would fill the memory without a limit.
 */
const STATEMENTS_KEPT_MAX = 512;

/** Runs compiled SQL. */
export interface SqliteConnection {
  readonly database: BetterSqlite3.Database;
  /** Rows of a SELECT. */
  readonly rows: (query: SqlText) => unknown[];
  /** Whether a SELECT finds no row. */
  readonly isEmpty: (query: SqlText) => boolean;
  /** Runs anything else; answers with the number of rows it changed. */
  readonly run: (query: SqlText) => number;
}

/** Answers with arrays: see `readRows`. */
type Prepared = BetterSqlite3.Statement<unknown[], unknown[]>;

/** Wraps an open database. */
export function connectTo(database: BetterSqlite3.Database): SqliteConnection {
  const kept = new LRUCache<string, Prepared>({ max: STATEMENTS_KEPT_MAX });

  function prepare(sql: string): Prepared {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const made = database.prepare<unknown[], unknown[]>(sql);
    // Values alone: see `readRows`.
    if (made.reader) made.raw();
    kept.set(sql, made);
    return made;
  }

  const namesOf = rememberNames();

  return {
    database,
    rows: ({ sql, parameters }) => readRows(prepare(sql), parameters, namesOf),
    isEmpty: ({ sql, parameters }) => prepare(sql).get(...parameters) === undefined,
    run: ({ sql, parameters }) => prepare(sql).run(...parameters).changes,
  };
}

/** Names of the columns of a statement. */
type NamesOf = (statement: Prepared, count: number) => readonly string[];

/** Asks each statement once, and again after a change of its table has given it more columns. */
function rememberNames(): NamesOf {
  const known = new WeakMap<Prepared, readonly string[]>();
  return (statement, count) => {
    const names = known.get(statement);
    if (names?.length === count) return names;
    const asked = statement.columns().map(({ name }) => name);
    known.set(statement, asked);
    return asked;
  };
}

/**
 * Rows as objects, put together here: the driver names each value by a call into the engine of its
 * own, which takes twice as long as all else of a read.
 */
function readRows(
  statement: Prepared,
  parameters: SqlText['parameters'],
  namesOf: NamesOf,
): unknown[] {
  const found = statement.all(...parameters);
  const [first] = found;
  if (first === undefined) return found;
  const names = namesOf(statement, first.length);
  return found.map((values) => {
    const row: Record<string, unknown> = {};
    // By its index: thousands of rows come at once.
    for (let at = 0; at < names.length; at += 1) row[names[at] ?? ''] = values[at];
    return row;
  });
}
