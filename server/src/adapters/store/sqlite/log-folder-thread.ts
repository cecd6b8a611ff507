/** The thread that folds the write-ahead log of a SQLite file into it. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@novacron/contract/result';
import SqliteDatabase from 'better-sqlite3';
import { foldLog } from './fold-log.ts';
import { CLOSE } from './writer-protocol.ts';

const port = parentPort;
assert(port !== null, 'the log is folded by a thread');
// Only `startLogFolder` starts it.
const { path }: { readonly path: string } = workerData;
const database = new SqliteDatabase(path, { fileMustExist: true });
database.pragma('synchronous = full');

port.on('message', (order: 'fold' | typeof CLOSE) => {
  if (order === CLOSE) {
    database.close();
    port.close();
    return;
  }
  foldLog(database);
  port.postMessage('folded');
});
