/** Makes stores as earlier releases left them: the schema of a level, and rows of that time. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { z } from 'zod';
import { MIGRATIONS } from '../migrations/migrations.ts';
import { POSTGRES_SCHEMA } from '../postgres/postgres-schema-dialect.ts';
import { migrate } from '../schema/migrate.ts';
import type { MigrationTools } from '../schema/migration.ts';
import type { AnyTables } from '../sql/kysely-tables.ts';
import { SQLITE_SCHEMA } from '../sqlite/sqlite-schema-dialect.ts';

const Rows = z.record(
  z.string(),
  z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
);

/** Rows of a release, by table. */
export type ReleasedRows = z.infer<typeof Rows>;

/** The secret of the admin's key in these stores; the one of the time is not known any more. */
export const RELEASED_ADMIN_KEY = `ncr_${'released'.repeat(5)}`;

/** What these stores are sealed with, from the level on that seals. */
export const RELEASED_SEALING_KEY = Buffer.from('sealing key of a released store.').toString(
  'base64',
);

/** The levels that a store can be at, by the name of the last migration that it had. */
export const RELEASED_LEVELS: readonly string[] = MIGRATIONS.map(({ name }) => name);

/**
 * The rows that a release wrote when its newest migration was the one named, with what is new in
 * them; none where the file is missing. A file never changes: it is what users have.
 */
export function releasedRows(level: string): ReleasedRows {
  const file = fileURLToPath(new URL(`../testdata/rows-${level}.json`, import.meta.url));
  if (!existsSync(file)) return {};
  const rows = Rows.parse(JSON.parse(readFileSync(file, 'utf8')));
  const secret_hash = createHash('sha256').update(RELEASED_ADMIN_KEY).digest('hex');
  const keys = rows.api_keys?.map((key) =>
    key.name === 'admin' ? { ...key, secret_hash } : { ...key },
  );
  return keys === undefined ? rows : { ...rows, api_keys: keys };
}

/** Of the tenant that came with the audit chain. */
export const RELEASED_AUDITOR_KEY = `ncr_${'archived'.repeat(5)}`;

/** A database without a store. */
interface ReleasedPlace {
  readonly dialect: MigrationTools['dialect'];
  readonly db: Kysely<AnyTables>;
}

/**
 * Makes a SQLite store that has lived through every level up to this one.
 * @returns every row that is in it
 */
export async function makeReleasedStore(path: string, level: string): Promise<ReleasedRows> {
  const database = new Database(path);
  // Tables come in the order of their names, so references may lead to rows that follow.
  database.pragma('foreign_keys = off');
  const db = new Kysely<AnyTables>({ dialect: new SqliteDialect({ database }) });
  const written = await writeLevels({ db, dialect: SQLITE_SCHEMA }, level);
  const loose = database.pragma('foreign_key_check');
  database.close();
  if (!Array.isArray(loose) || loose.length > 0) throw new Error('the rows lead nowhere');
  return written;
}

/** The same on an empty PostgreSQL database. */
export async function makeReleasedPostgres(url: string, level: string): Promise<ReleasedRows> {
  // One connection, so that what is set holds for all statements.
  const pool = new Pool({ connectionString: url, max: 1 });
  const db = new Kysely<AnyTables>({ dialect: new PostgresDialect({ pool }) });
  await sql`set session_replication_role = replica`.execute(db);
  const written = await writeLevels({ db, dialect: POSTGRES_SCHEMA }, level);
  await db.destroy();
  return written;
}

async function writeLevels(place: ReleasedPlace, level: string): Promise<ReleasedRows> {
  const written: ReleasedRows = {};
  const last = RELEASED_LEVELS.indexOf(level);
  for (let index = 0; index <= last; index += 1) {
    const done = await migrate(place, MIGRATIONS.slice(0, index + 1));
    if (!done.ok) throw new Error(done.error.detail);
    for (const [table, rows] of Object.entries(releasedRows(RELEASED_LEVELS[index] ?? ''))) {
      for (const row of rows) {
        // A trigger may have counted it already; on PostgreSQL none does.
        const insert = place.db.insertInto(table).values(row);
        await insert.onConflict((conflict) => conflict.doNothing()).execute();
      }
      written[table] = [...(written[table] ?? []), ...rows];
    }
  }
  return written;
}
