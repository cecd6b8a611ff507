/** Kysely for PostgreSQL as a compiler only: the SQL runs on pg directly (see README). */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import { type AnyTables, makeSqlBuilder, type SqlBuilder } from '../sql/kysely-tables.ts';

/** Makes what compiles queries and changes into PostgreSQL's SQL. */
export function makePostgresBuilder(): SqlBuilder {
  const dialect = new Kysely<AnyTables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return makeSqlBuilder(
    dialect,
    ({ column, field }) => sql`(read_json(${sql.ref(column)}) ->> ${sql.lit(field)})`,
  );
}
