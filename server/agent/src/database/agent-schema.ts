/**
 * The tables of an agent's database, in the file of one node and in the file that the nodes of an
 * embedded fleet share: every table says whose row it is.
 */
import { assert } from '@novacron/contract/result';
import type Database from 'better-sqlite3';

const SCHEMA_VERSION = 1;

const SCHEMA = `
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
  CREATE TABLE followed_control_planes (
    node TEXT PRIMARY KEY,
    control_plane_id TEXT NOT NULL,
    term TEXT NOT NULL,
    number INTEGER NOT NULL,
    since_ms INTEGER NOT NULL
  ) STRICT;
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

/** Creates the tables of a new file. @throws where another release has written the file */
export function createTables(database: Database.Database): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version === 0) return void database.exec(`BEGIN; ${SCHEMA} COMMIT;`);
  assert(version === SCHEMA_VERSION, `schema ${version}, written by another release`);
}
