/**
 * Brings a store to this release's schema. Kysely's own migrator is not used: it runs SQLite's
 * steps outside a transaction, so a server killed in the middle would leave half a schema.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Kysely } from 'kysely';
import type { AnyTables, SqlValue } from '../sql/kysely-tables.ts';
import type { Migration, MigrationTools } from './migration.ts';

/** The table that lists which migrations a store has had. */
export const MIGRATION_HISTORY = 'schema_migrations';

/** A database to inspect before anything is changed. */
export interface StoreBefore {
  /** Names of the migrations that the store has had; none for a new one. */
  readonly migrations: readonly string[];
  /** Every row of a small table. */
  readonly rows: (table: string) => Promise<readonly Readonly<Record<string, SqlValue>>[]>;
}

/** Decides whether a store may be opened at all; its problem is the answer otherwise. */
export type InspectStore = (store: StoreBefore) => Promise<Result<void, Problem>>;

const FIT: InspectStore = async () => ok(undefined);

/**
 * Runs the migrations that a store has not had yet. The caller has begun a transaction that keeps
 * other writers out, and commits it only if the answer is a success.
 * @param tools - the database and its dialect
 * @param migrations - all migrations of this release, oldest first
 * @param inspect - asked before anything is changed
 * @returns names of the migrations that ran; `unavailable` if a newer release wrote the store
 */
export async function migrate(
  tools: MigrationTools,
  migrations: readonly Migration[],
  inspect = FIT,
): Promise<Result<readonly string[], Problem>> {
  const { db, dialect } = tools;
  const history = db.schema.createTable(MIGRATION_HISTORY).ifNotExists();
  await history.addColumn('name', dialect.text, (name) => name.primaryKey().notNull()).execute();

  const done = await readHistory(db);
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = done.filter((name) => !known.has(name));
  if (unknown.length > 0) return err(newerProblem(unknown));
  const fit = await inspect({
    migrations: done,
    rows: (table) => db.selectFrom(table).selectAll().execute(),
  });
  if (!fit.ok) return fit;

  const missing = migrations.filter(({ name }) => !done.includes(name));
  for (const { name, up } of missing) {
    await up(tools);
    await db.insertInto(MIGRATION_HISTORY).values({ name }).execute();
  }
  return ok(missing.map(({ name }) => name));
}

async function readHistory(db: Kysely<AnyTables>): Promise<string[]> {
  const rows = await db.selectFrom(MIGRATION_HISTORY).select('name').orderBy('name').execute();
  return rows.map(({ name }) => String(name));
}

function newerProblem(unknown: readonly string[]): Problem {
  return problem('unavailable', {
    detail:
      'The store was written by a newer release of NovaCron than this one: ' +
      `this release does not know its schema (${unknown.join(', ')}).`,
    remedy:
      'Start the newer release again, or restore the backup made before the upgrade. ' +
      'Nothing in the store has been changed.',
    data: { reason: 'schema-newer', unknown: unknown.join(', ') },
  });
}
