/**
 * One moment of several databases that a server writes to: all of them are locked against writing,
 * each is given a reader that sees it as it is now, and the locks are let go of. That takes
 * milliseconds, however big the databases are, and what the readers see is what a power cut at that
 * moment would have left, which a server can always start from.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { AGENTS_FOLDER, STORE_FILE } from './manifest.ts';

/** The servers write in short transactions; a longer lock belongs to another program. */
const STORE_WAIT_MS_MAX = 1_000;

/**
 * Agents live in the server's own thread, which may be waiting for the store that is locked here:
 * a wait for them is soon given up, and everything is tried again.
 */
const AGENT_WAIT_MS_MAX = 20;

const ATTEMPTS_MAX = 200;
const PAUSE_MS = 25;

/** A database as it was at the moment. */
export interface FrozenDatabase {
  /** Relative to the data directory, with forward slashes. */
  readonly path: string;
  /** A connection in a read transaction; close it. */
  readonly reader: Database.Database;
}

/**
 * Freezes the store and the agents' databases.
 * @returns the store first; undefined when one of them was written to all the time
 */
export async function freezeDataDir(
  dataDir: string,
): Promise<readonly FrozenDatabase[] | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const frozen = freezeOnce(dataDir);
    if (frozen !== undefined) return frozen;
    await pause(PAUSE_MS);
  }
  return undefined;
}

function freezeOnce(dataDir: string): readonly FrozenDatabase[] | undefined {
  const writers: Database.Database[] = [];
  const frozen: FrozenDatabase[] = [];
  const lock = (path: string, timeout: number): void => {
    const writer = new Database(join(dataDir, path), { timeout, fileMustExist: true });
    writers.push(writer);
    writer.exec('begin immediate');
  };
  try {
    // First: while the store is locked no step can be recorded as done, so that whatever the store
    // says of an agent is in a file that is found now.
    lock(STORE_FILE, STORE_WAIT_MS_MAX);
    const agents = listAgentFiles(dataDir);
    for (const path of agents) lock(path, AGENT_WAIT_MS_MAX);
    for (const path of [STORE_FILE, ...agents]) {
      const reader = new Database(join(dataDir, path), { readonly: true });
      frozen.push({ path, reader });
      reader.exec('begin');
      // A transaction begins to see with its first look.
      reader.prepare('select count(*) from sqlite_schema').get();
    }
    return frozen;
  } catch (cause) {
    for (const { reader } of frozen) reader.close();
    if (isBusy(cause)) return undefined;
    throw cause;
  } finally {
    for (const writer of writers) writer.close();
  }
}

function listAgentFiles(dataDir: string): string[] {
  const folder = join(dataDir, AGENTS_FOLDER);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.db'));
  return names.sort().map((name) => `${AGENTS_FOLDER}/${name}`);
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY');
}
