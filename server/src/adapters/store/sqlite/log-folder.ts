/**
 * Folds the write-ahead log of a SQLite file into it while its writer goes on. A checkpoint of a
 * busy server's log takes ten groups' time, most of it one flush of the file, for which every
 * caller would wait. A thread of its own does that; what came into the log meanwhile is little, and
 * the writer adds it between two groups, so that its next group restarts the log.
 * Source: SQLite's documentation of write-ahead logging, "Application-Initiated Checkpoints".
 */
import { Worker } from 'node:worker_threads';
import type SqliteDatabase from 'better-sqlite3';
import { WAL_PAGES_MAX } from './configure-writer.ts';
import { foldLog } from './fold-log.ts';
import { threadProgram } from './thread-program.ts';
import { CLOSE } from './writer-protocol.ts';

/**
 * Pages in the log at which it is folded, so that it ends below `WAL_PAGES_MAX`: a busy server
 * adds a few hundred meanwhile.
 */
export const FOLD_PAGES = 3_000;

/**
 * Maximum number of consecutive groups after which the writer folds the rest while a reader
 * prevents a restart of the log. A longer read, such as a backup, is waited for.
 */
const REST_TRIES_MAX = 10;

/** Folds the log of one writer. */
export interface LogFolder {
  /** To be called by the writer between two groups. */
  readonly afterGroup: () => void;
  /** Ends the thread, after what it is at. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the thread. Should it die, the writer folds the log by itself from then on.
 * @param writer - the connection that writes
 * @param program - what runs in the thread
 */
export function startLogFolder(
  writer: SqliteDatabase.Database,
  path: string,
  program: URL = threadProgram(import.meta.url, 'log-folder-thread'),
): LogFolder {
  const countPages = writer.prepare('pragma wal_checkpoint(noop)').raw();
  let state: 'waits' | 'folds' | 'folds-rest' = 'waits';
  let foldedPages = 0;
  let restTries = 0;
  let thread: Worker | undefined = new Worker(program, { workerData: { path } });
  thread.unref();
  thread.on('message', () => {
    state = 'folds-rest';
    restTries = 0;
  });
  // Its end follows, and says all that is to be done.
  thread.on('error', () => {});
  thread.on('exit', () => {
    thread = undefined;
    if (writer.open) writer.pragma(`wal_autocheckpoint = ${WAL_PAGES_MAX}`);
  });
  writer.pragma('wal_autocheckpoint = 0');

  function pagesOfLog(): number {
    // Columns: whether something was busy, pages in the log, pages that are in the file already.
    const [, pages] = countPages.get() as readonly [number, number, number];
    return pages;
  }

  function foldRest(pages: number): void {
    restTries += 1;
    foldedPages = pages;
    if (restTries === REST_TRIES_MAX) state = 'waits';
    foldLog(writer);
  }

  function afterGroup(): void {
    if (thread === undefined || state === 'folds') return;
    const pages = pagesOfLog();
    if (pages < foldedPages) {
      state = 'waits';
      foldedPages = 0;
    }
    if (state === 'folds-rest') foldRest(pages);
    else if (pages - foldedPages >= FOLD_PAGES) {
      state = 'folds';
      thread.postMessage('fold');
    }
  }

  async function close(): Promise<void> {
    const ending = thread;
    if (ending === undefined) return;
    ending.ref();
    ending.postMessage(CLOSE);
    // Not `once` of node:events, which fails where the thread dies instead of ending.
    await new Promise((resolve) => ending.once('exit', resolve));
  }

  return { afterGroup, close };
}
