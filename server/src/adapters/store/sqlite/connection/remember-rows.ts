/**
 * Answers a SELECT that was answered before with the same rows, as long as nothing has been
 * written: reconcilers look at the same tables many times between two writes.
 */
import type { SqlText } from '../../sql/kysely-tables.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** Rows kept, in all answers together: then all are forgotten. */
const ROWS_KEPT_MAX = 20_000;

/** Rows that a cached result counts as in addition to its own, which may be none. */
const ROWS_OF_AN_ANSWER = 1;

/** Longer questions than this are not worth a look. Unit: values. */
const PARAMETERS_MAX = 500;

/**
 * Reads through a memory.
 * @param reader - a connection that only reads: SQLite counts on it the commits of all others, also
 *   those of other processes
 * @returns what reads; its rows are frozen, since several readers may have the same
 */
export function rememberRows(reader: SqliteConnection): (query: SqlText) => readonly unknown[] {
  // In a transaction it is the version that this transaction sees.
  const asked = reader.database.prepare('pragma data_version').pluck();
  const known = new Map<string, readonly unknown[]>();
  let count = 0;
  let version: unknown;

  function forget(): void {
    known.clear();
    count = 0;
  }

  return (query) => {
    if (query.parameters.length > PARAMETERS_MAX) return reader.rows(query);
    // Read before the rows: those of a commit in between are kept under the older version, which
    // is never asked for again.
    const now = asked.get();
    if (now !== version) forget();
    version = now;
    const key = `${query.sql}\n${JSON.stringify(query.parameters)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const rows = reader.rows(query);
    for (const row of rows) Object.freeze(row);
    Object.freeze(rows);
    if (count > ROWS_KEPT_MAX) forget();
    count += rows.length + ROWS_OF_AN_ANSWER;
    known.set(key, rows);
    return rows;
  };
}
