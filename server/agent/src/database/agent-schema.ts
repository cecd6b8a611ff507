/**
 * The tables of an agent's database, in the file of one node and in the file that the nodes of an
 * embedded fleet share. Statements are the same for both: every table says whose row it is.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '@novacron/contract/result';
import type Database from 'better-sqlite3';

const SCHEMA_VERSION = 1;

const NODE_SCHEMA = `
  CREATE TABLE commands (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    operation_id TEXT NOT NULL,
    step TEXT NOT NULL,
    vm_id TEXT NOT NULL,
    command TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'ended')),
    outcome TEXT,
    changed_at_ms INTEGER NOT NULL,
    UNIQUE (operation_id, step),
    CHECK ((state = 'ended') = (outcome IS NOT NULL))
  ) STRICT;
  CREATE INDEX commands_by_state ON commands (state, changed_at_ms);
  CREATE TABLE generations (
    vm_id TEXT PRIMARY KEY,
    generation INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE simulated_machines (
    vm_id TEXT PRIMARY KEY,
    machine TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** What later releases of both schemas added: an older one finds what it knows, and more. */
const ADDITIONS = `
  CREATE TABLE IF NOT EXISTS followed_control_planes (
    node TEXT PRIMARY KEY,
    control_plane_id TEXT NOT NULL,
    term TEXT NOT NULL,
    number INTEGER NOT NULL,
    since_ms INTEGER NOT NULL
  ) STRICT;
`;

/** What later releases added to the file of one node. */
const NODE_ADDITIONS = `
  CREATE TABLE IF NOT EXISTS simulated_snapshots (
    snapshot_id TEXT PRIMARY KEY,
    snapshot TEXT NOT NULL
  ) STRICT;
  ${ADDITIONS}
`;

/** Tables that say whose row it is, with what is in them besides; commands in their order. */
const TABLES = {
  commands: 'operation_id, step, vm_id, command, state, outcome, changed_at_ms',
  generations: 'vm_id, generation, seen_at_ms',
  simulated_machines: 'vm_id, machine',
  simulated_snapshots: 'snapshot_id, snapshot',
  followed_control_planes: 'control_plane_id, term, number, since_ms',
} as const;

const FLEET_SCHEMA = `
  CREATE TABLE commands (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    node TEXT NOT NULL,
    operation_id TEXT NOT NULL,
    step TEXT NOT NULL,
    vm_id TEXT NOT NULL,
    command TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'ended')),
    outcome TEXT,
    changed_at_ms INTEGER NOT NULL,
    UNIQUE (operation_id, node, step),
    CHECK ((state = 'ended') = (outcome IS NOT NULL))
  ) STRICT;
  CREATE INDEX commands_by_state ON commands (node, state, changed_at_ms);
  CREATE TABLE generations (
    node TEXT NOT NULL,
    vm_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    PRIMARY KEY (node, vm_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE simulated_machines (
    node TEXT NOT NULL,
    vm_id TEXT NOT NULL,
    machine TEXT NOT NULL,
    PRIMARY KEY (node, vm_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE simulated_snapshots (
    node TEXT NOT NULL,
    snapshot_id TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    PRIMARY KEY (node, snapshot_id)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Whether nothing was ever written to a file. */
export function isNewFile(database: Database.Database): boolean {
  return versionOf(database) === 0;
}

/** Makes the tables of a node's own file, or adds what an older release did not make. */
export function prepareNodeFile(database: Database.Database, node: string): void {
  if (versionOf(database) === 0) database.exec(`BEGIN; ${NODE_SCHEMA} COMMIT;`);
  database.exec(NODE_ADDITIONS);
  const owner = `'${node.replaceAll("'", "''")}'`;
  for (const table of Object.keys(TABLES)) {
    if (hasColumn(database, table, 'node')) continue;
    // By default this node's: older releases go on writing rows without saying whose.
    database.exec(`ALTER TABLE ${table} ADD COLUMN node TEXT NOT NULL DEFAULT ${owner}`);
  }
}

/** Name of the file that the nodes of a fleet share; no node can be called so. */
export const FLEET_FILE = '_fleet.db';

/**
 * Makes the tables of the file that a fleet shares, and moves into it what earlier releases kept in
 * a file of each node. Whatever it is interrupted by, it goes on at the next start.
 */
export function prepareFleetFile(database: Database.Database, dataDir: string): void {
  if (versionOf(database) === 0) database.exec(`BEGIN; ${FLEET_SCHEMA} COMMIT;`);
  database.exec(ADDITIONS);
  for (const node of listNodeFiles(dataDir)) moveIn(database, dataDir, node);
}

/** Names of the nodes in a folder that have a file of their own. */
export function listNodeFiles(dataDir: string): readonly string[] {
  return readdirSync(dataDir)
    .filter((name) => name.endsWith('.db') && name !== FLEET_FILE)
    .map((name) => name.slice(0, -'.db'.length))
    .sort();
}

/** Its file is removed only when all of it is committed, and until then nothing changes here. */
function moveIn(database: Database.Database, dataDir: string, node: string): void {
  const file = join(dataDir, `${node}.db`);
  try {
    database.prepare('ATTACH ? AS own').run(file);
    const has = database.prepare('SELECT 1 FROM own.sqlite_schema WHERE name = ?').pluck();
    if (versionOf(database, 'own') === SCHEMA_VERSION) {
      database.transaction(() => {
        // What the file of the node has may be in plain text.
        database.pragma('application_id = 0');
        for (const [table, columns] of Object.entries(TABLES)) {
          if (has.get(table) === undefined) continue;
          const order = table === 'commands' ? 'ORDER BY sequence' : '';
          const rows = `SELECT ?, ${columns} FROM own.${table} ${order}`;
          database
            .prepare(`INSERT OR REPLACE INTO main.${table} (node, ${columns}) ${rows}`)
            .run(node);
        }
      })();
    }
    database.exec('DETACH own');
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  } catch (cause) {
    throw new Error(`cannot move ${file} into the file of the fleet`, { cause });
  }
}

function versionOf(database: Database.Database, schema = 'main'): number {
  const version = Number(database.pragma(`${schema}.user_version`, { simple: true }));
  const isKnown = version === 0 || version === SCHEMA_VERSION;
  assert(isKnown, `schema ${version}, written by another release`);
  return version;
}

function hasColumn(database: Database.Database, table: string, column: string): boolean {
  const found = database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?');
  return found.get(table, column) !== undefined;
}
