/** Kysely for SQLite as a compiler only: the SQL runs on better-sqlite3 directly (see README). */
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import { type AnyTables, makeSqlBuilder, type SqlBuilder } from '../sql/kysely-tables.ts';

let shared: SqlBuilder | undefined;

/**
 * Returns the compiler of queries and changes into SQLite's SQL. All stores of a process share its
 * cache: equal shapes have equal SQL in each.
 */
export function makeSqliteBuilder(): SqlBuilder {
  shared ??= makeBuilder();
  return shared;
}

function makeBuilder(): SqlBuilder {
  const dialect = new Kysely<AnyTables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  return makeSqlBuilder(dialect, ({ column, field }) => {
    const document = sql.ref(column);
    return sql`(iif(json_valid(${document}), ${document} ->> ${sql.lit(`$.${field}`)}, null))`;
  });
}
