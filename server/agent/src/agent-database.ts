/** The one file in which an agent keeps what must outlast it. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '@novacron/contract/result';
import Database from 'better-sqlite3';
import { type GroupCommits, type NextTurn, startGroupCommits } from './group-commits.ts';

const SCHEMA_VERSION = 1;

/** Longest wait for another process that reads the file, such as a backup. */
const BUSY_WAIT_MS_MAX = 1_000;

const SCHEMA = `
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

/** What later releases of the same schema added: an older one finds what it knows, and more. */
const ADDITIONS = `
  CREATE TABLE IF NOT EXISTS simulated_snapshots (
    snapshot_id TEXT PRIMARY KEY,
    snapshot TEXT NOT NULL
  ) STRICT;
`;

/** Where an agent's database is, and when it commits. */
export interface AgentDatabasePlace {
  readonly dataDir: string;
  readonly node: string;
  /** Ends the group of writes that are committed together; the event loop's turn when absent. */
  readonly nextTurn?: NextTurn;
}

/** Owns the file `<dataDir>/<node>.db`. It is opened, and made, when it is first needed. */
export class AgentDatabase {
  /** Writes to the file: all of them go through here. */
  readonly commits: GroupCommits;
  readonly #dataDir: string;
  readonly #path: string;
  readonly #statements = new Map<string, Database.Statement>();
  #database: Database.Database | undefined;
  #state: 'usable' | 'closed' = 'usable';

  constructor({ dataDir, node, nextTurn = setImmediate }: AgentDatabasePlace) {
    this.#dataDir = dataDir;
    this.#path = join(dataDir, `${node}.db`);
    this.commits = startGroupCommits(() => this.#use(), nextTurn);
  }

  /** Whether anything was ever kept: reading from nothing need not make a file. */
  exists(): boolean {
    return this.#database !== undefined || existsSync(this.#path);
  }

  /**
   * A statement that is compiled once.
   * @param sql - a constant text: every text is remembered
   */
  prepare(sql: string): Database.Statement {
    const database = this.#use();
    const known = this.#statements.get(sql) ?? database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  /** Commits what waits and lets go of the file. */
  close(): void {
    this.commits.flush();
    this.#release();
  }

  /** Lets go of the file without what was not committed yet: what a power cut leaves. */
  abandon(): void {
    this.commits.abandon();
    this.#release();
  }

  #use(): Database.Database {
    assert(this.#state === 'usable', `${this.#path} is used after it was closed`);
    this.#database ??= openDatabase(this.#dataDir, this.#path);
    return this.#database;
  }

  #release(): void {
    this.#state = 'closed';
    this.#statements.clear();
    this.#database?.close();
    this.#database = undefined;
  }
}

function openDatabase(dataDir: string, path: string): Database.Database {
  try {
    mkdirSync(dataDir, { recursive: true });
    const database = new Database(path, { timeout: BUSY_WAIT_MS_MAX });
    database.pragma('journal_mode = WAL');
    // A command that was accepted must be known after a power cut.
    database.pragma('synchronous = FULL');
    const version = database.pragma('user_version', { simple: true });
    if (version === 0) database.exec(`BEGIN; ${SCHEMA} COMMIT;`);
    else assert(version === SCHEMA_VERSION, `schema ${version}, written by another release`);
    database.exec(ADDITIONS);
    return database;
  } catch (cause) {
    throw new Error(`cannot open the agent's database ${path}`, { cause });
  }
}

/**
 * Tells trouble with the disk from a bug.
 * @param cause - what was thrown
 * @returns the name of the trouble, such as `SQLITE_FULL` or `EACCES`; undefined if it is none
 */
export function databaseTroubleOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined;
  if (cause instanceof Database.SqliteError) return cause.code;
  // A failed system call names itself beside its code.
  if ('syscall' in cause && 'code' in cause) return String(cause.code);
  return 'cause' in cause ? databaseTroubleOf(cause.cause) : undefined;
}
