/** A connection to a SQLite file that runs compiled SQL and keeps its prepared statements. */
import type BetterSqlite3 from 'better-sqlite3';
import type { SqlText } from '../kysely-tables.ts';

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

/** Wraps an open database. */
export function connectTo(database: BetterSqlite3.Database): SqliteConnection {
  const kept = new Map<string, BetterSqlite3.Statement>();

  function prepare(sql: string): BetterSqlite3.Statement {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const made = database.prepare(sql);
    const oldest = kept.size < STATEMENTS_KEPT_MAX ? undefined : kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(sql, made);
    return made;
  }

  return {
    database,
    rows: ({ sql, parameters }) => prepare(sql).all(...parameters),
    isEmpty: ({ sql, parameters }) => prepare(sql).get(...parameters) === undefined,
    run: ({ sql, parameters }) => prepare(sql).run(...parameters).changes,
  };
}
