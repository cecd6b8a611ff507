/** Stores and agents' files of a release, as its server left them when it was killed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fleet } from '@novacron/agent/fleet/fleet';
import Database from 'better-sqlite3';
import { z } from 'zod';

const Rows = z.record(
  z.string(),
  z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
);

const HalfDone = z.strictObject({
  /** Where webhooks of the stored policy go to. */
  webhookHost: z.string(),
  /** When the server was killed. Unit: ms since 1970. */
  savedAtMs: z.number(),
  fleet: Fleet,
  /** The last migration that the store has had. */
  level: z.string(),
  adminKey: z.string(),
  sealingKey: z.string(),
  rows: Rows,
  /** The SQLite files of the agents. */
  agents: z.array(
    z.strictObject({
      name: z.string(),
      version: z.int(),
      sql: z.array(z.string()),
      rows: Rows,
    }),
  ),
});

/** What a killed server left. */
export type HalfDone = z.infer<typeof HalfDone>;

/** Reads a fixture, which never changes: it is what users have. `make-half-done.mjs` wrote it. */
export function readHalfDone(database: 'sqlite' | 'postgres'): HalfDone {
  const file = fileURLToPath(new URL(`testdata/half-done-${database}.json`, import.meta.url));
  return HalfDone.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Writes keys and agents' files into a data directory. */
export function writeDataDir(dataDir: string, { adminKey, sealingKey, agents }: HalfDone): void {
  writeFileSync(join(dataDir, 'admin.key'), `${adminKey}\n`, { mode: 0o600 });
  writeFileSync(join(dataDir, 'sealing.key'), `${sealingKey}\n`, { mode: 0o600 });
  mkdirSync(join(dataDir, 'agents'));
  for (const { name, version, sql: statements, rows } of agents) {
    const database = new Database(join(dataDir, 'agents', name));
    for (const statement of statements) database.exec(statement);
    for (const [table, found] of Object.entries(rows)) {
      for (const row of found) insertInto(database, table, row);
    }
    database.pragma(`user_version = ${version}`);
    database.close();
  }
}

function insertInto(database: Database.Database, table: string, row: Rows[string][number]): void {
  const columns = Object.keys(row);
  const values = columns.map((column) => `@${column}`).join(', ');
  database.prepare(`insert into ${table} (${columns.join(', ')}) values (${values})`).run(row);
}

type Rows = z.infer<typeof Rows>;
