/** Makes stores of one level with the rows that a released server left in them. */
import Database from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { MIGRATIONS } from '../migrations/migrations.ts';
import { CREATE_WRITERS_TABLE } from '../postgres/connect-writer.ts';
import { POSTGRES_SCHEMA } from '../postgres/postgres-schema-dialect.ts';
import { migrate } from '../schema/migrate.ts';
import type { MigrationTools } from '../schema/migration.ts';
import type { AnyTables } from '../sql/kysely-tables.ts';
import { SQLITE_SCHEMA } from '../sqlite/sqlite-schema-dialect.ts';
import type { ReleasedRows } from './make-released-store.ts';

/** The rows of a whole store, and the last migration that it has had. */
export interface LeftRows {
  readonly level: string;
  readonly rows: ReleasedRows;
}

/** Makes the SQLite store. */
export async function writeSqlite(path: string, left: LeftRows): Promise<void> {
  const database = new Database(path);
  // Tables come in the order of their names, so references may lead to rows that follow.
  database.pragma('foreign_keys = off');
  const db = new Kysely<AnyTables>({ dialect: new SqliteDialect({ database }) });
  await writeRows({ db, dialect: SQLITE_SCHEMA }, left);
  await db.destroy();
}

/** Makes the PostgreSQL store in an empty database. */
export async function writePostgres(url: string, left: LeftRows): Promise<void> {
  // One connection, so that what is set holds for all statements.
  const pool = new Pool({ connectionString: url, max: 1 });
  const db = new Kysely<AnyTables>({ dialect: new PostgresDialect({ pool }) });
  await sql`set session_replication_role = replica`.execute(db);
  await sql.raw(CREATE_WRITERS_TABLE).execute(db);
  await writeRows({ db, dialect: POSTGRES_SCHEMA }, left);
  await db.destroy();
}

interface Place {
  readonly dialect: MigrationTools['dialect'];
  readonly db: Kysely<AnyTables>;
}

async function writeRows(place: Place, { level, rows }: LeftRows): Promise<void> {
  const last = MIGRATIONS.findIndex(({ name }) => name === level);
  const done = await migrate(place, MIGRATIONS.slice(0, last + 1));
  if (!done.ok) throw new Error(done.error.detail);
  for (const [table, found] of Object.entries(rows)) {
    for (const row of found) await place.db.insertInto(table).values(row).execute();
  }
}
