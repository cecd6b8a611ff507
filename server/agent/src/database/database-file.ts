/** A SQLite file that agents keep their data in: one connection, and one writer for all of them. */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '@novacron/contract/result';
import Database from 'better-sqlite3';
import { makePrivateDir, makePrivateFile } from '../secrets/private-files.ts';
import { createSealer, type Sealer } from '../secrets/sealer.ts';
import { createTables } from './agent-schema.ts';
import { databaseTroubleOf } from './database-trouble.ts';
import { type GroupWriter, type NextTurn, startGroupCommits } from './group-commits.ts';
import { reserveSpace } from './space-reserve.ts';

/** Name of the file that the nodes of a fleet share; no node can be called so. */
const FLEET_FILE = '_fleet.db';

/** Longest wait for another process that reads the file, such as a backup. */
const BUSY_WAIT_MS_MAX = 1_000;

/** A file; it is opened, and made, at the first use, and closed when the last user has left. */
export interface DatabaseFile {
  readonly writer: GroupWriter;
  /** Seals secrets that are written to it. */
  readonly sealer: Sealer;
  /**
   * Removes what was overwritten from its log, unless another process reads it, and reserves the
   * space again that a full disk took.
   */
  readonly foldLog: () => void;
  /** Whether anything was ever kept in it. */
  readonly exists: () => boolean;
  /** A statement that is compiled once. @param sql - a constant text: each is remembered */
  readonly prepare: (sql: string) => Database.Statement;
  readonly join: () => void;
  readonly leave: () => void;
}

interface FilePlace {
  readonly dataDir: string;
  /** Ends the group of writes that are committed together; the event loop's turn when absent. */
  readonly nextTurn?: NextTurn;
  /** Absent: a damaged file is refused, because it contains what is nowhere else. */
  readonly onDamage?: OnDamage;
}

/** Learns that a damaged file was moved aside, and that an empty one replaces it. */
export type OnDamage = (damage: {
  readonly path: string;
  /** Its new path. */
  readonly aside: string;
  readonly cause: unknown;
}) => void;

/** The file `<dataDir>/<node>.db` of an agent that lives alone. */
export function openNodeFile({ node, ...place }: FilePlace & { readonly node: string }) {
  return openFile(place, `${node}.db`);
}

/**
 * The file that all agents of an embedded fleet share: one transaction, and one flush to the disk,
 * holds what all of them write in a turn.
 */
export function openFleetFile(place: FilePlace): DatabaseFile {
  return openFile(place, FLEET_FILE);
}

function openFile(
  { dataDir, nextTurn = setImmediate, onDamage }: FilePlace,
  name: string,
): DatabaseFile {
  const path = join(dataDir, name);
  const statements = new Map<string, Database.Statement>();
  const sealer = createSealer(dataDir);
  // The guests of an embedded fleet are simulated, and fill no disk.
  const reserve = name === FLEET_FILE ? undefined : reserveSpace(`${path}.reserve`);
  let users = 0;
  let database: Database.Database | undefined;

  function use(): Database.Database {
    assert(users > 0, `${path} is used after it was closed`);
    if (database === undefined) {
      database = openSound(dataDir, path, onDamage);
      reserve?.fill();
    }
    return database;
  }

  return {
    writer: startGroupCommits(use, nextTurn, reserve?.free),
    sealer,
    foldLog: () => {
      // Those that share a group share its flush, too: after the first of them nothing is left.
      if (database?.open !== true || database.inTransaction) return;
      reserve?.fill();
      // It does not wait for another process that reads the file.
      database.pragma('busy_timeout = 0');
      try {
        database.pragma('wal_checkpoint(TRUNCATE)');
      } finally {
        database.pragma(`busy_timeout = ${BUSY_WAIT_MS_MAX}`);
      }
    },
    exists: () => database !== undefined || existsSync(path),
    prepare: (sql) => {
      const known = statements.get(sql) ?? use().prepare(sql);
      statements.set(sql, known);
      return known;
    },
    join: () => {
      users += 1;
    },
    leave: () => {
      users -= 1;
      if (users > 0) return;
      statements.clear();
      database?.close();
      database = undefined;
    },
  };
}

/** Opens it; a damaged one is moved aside and replaced, unless that would lose something. */
function openSound(
  dataDir: string,
  path: string,
  onDamage: OnDamage | undefined,
): Database.Database {
  try {
    return openDatabase(dataDir, path);
  } catch (cause) {
    const isDamaged = DAMAGE.test(databaseTroubleOf(cause) ?? '');
    if (!isDamaged) throw new Error(`cannot open the agent's database ${path}`, { cause });
    if (onDamage === undefined) {
      const cure = 'restore it from a backup, or move it away, which loses what is in it';
      throw new Error(`the agent's database ${path} is damaged; ${cure}`, { cause });
    }
    const aside = moveAside(path);
    onDamage({ path, aside, cause });
    return openDatabase(dataDir, path);
  }
}

/** Codes of SQLite for a file that is none, or whose pages are broken. */
const DAMAGE = /^SQLITE_(?:CORRUPT|NOTADB)/;

/** @returns its new path */
function moveAside(path: string): string {
  let number = 1;
  while (existsSync(`${path}.damaged-${number}`)) number += 1;
  const aside = `${path}.damaged-${number}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

function openDatabase(dataDir: string, path: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    makePrivateDir(dataDir);
    makePrivateFile(path);
    database = new Database(path, { timeout: BUSY_WAIT_MS_MAX });
    database.pragma('journal_mode = WAL');
    // A command that was accepted must be known after a power cut.
    database.pragma('synchronous = FULL');
    // What is deleted is overwritten, and nothing is written beside the file.
    database.pragma('secure_delete = ON');
    database.pragma('temp_store = MEMORY');
    requireSound(database);
    createTables(database);
    return database;
  } catch (cause) {
    database?.close();
    throw cause;
  }
}

/** Broken pages would be met in the middle of a command. The file of an agent is small. */
function requireSound(database: Database.Database): void {
  const found = database.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new Database.SqliteError(String(found), 'SQLITE_CORRUPT');
}
