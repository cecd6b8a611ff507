/** The thread that writes for a store, so that flushes to the disk do not block requests. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@novacron/contract/result';
import SqliteDatabase from 'better-sqlite3';
import { commitGroup } from './commit-group.ts';
import { configureWriter } from './configure-writer.ts';
import { connectTo } from './connection/sqlite-connection.ts';
import type { GroupFate, RunnableStatement } from './group-fate.ts';
import { startLogFolder } from './log-folder.ts';
import { codeOf } from './sqlite-failures.ts';
import { waitInPlace } from './wait-in-place.ts';
import {
  CLOSE,
  type GroupOrder,
  GUARD_KINDS,
  type WriterReply,
  type WriterSettings,
} from './writer-protocol.ts';

const port = parentPort;
assert(port !== null, 'the writer is a thread');
// Only `startWriterThread` starts it.
const { path, busyTimeoutMs, sizeMibMax, flushDelayMs }: WriterSettings = workerData;
const database = new SqliteDatabase(path, { timeout: busyTimeoutMs, fileMustExist: true });
configureWriter(database, sizeMibMax);
const folder = startLogFolder(database, path);
const connection = connectTo(database);

port.on('message', (order: GroupOrder | typeof CLOSE) => {
  if (order === CLOSE) {
    void close();
    return;
  }
  const fate = commitGroup(connection, readOrder(order));
  if (flushDelayMs > 0) waitInPlace(flushDelayMs);
  port.postMessage(toReply(fate));
  folder.afterGroup();
});

async function close(): Promise<void> {
  await folder.close();
  database.close();
  port?.close();
}

function readOrder({
  texts,
  shape,
  values,
}: GroupOrder): readonly (readonly RunnableStatement[])[] {
  const sets: RunnableStatement[][] = [];
  let valueAt = 0;
  let at = 0;
  const next = (): number => {
    const found = shape[at];
    assert(found !== undefined, 'an order says how many statements it has');
    at += 1;
    return found;
  };
  while (at < shape.length) {
    const set: RunnableStatement[] = [];
    for (let left = next(); left > 0; left -= 1) {
      const sql = texts[next()];
      const kind = GUARD_KINDS[next()];
      assert(sql !== undefined && kind !== undefined, 'an order names what it has');
      const end = valueAt + next();
      set.push({ query: { sql, parameters: values.slice(valueAt, end) }, guard: { kind } });
      valueAt = end;
    }
    sets.push(set);
  }
  return sets;
}

/** An error of SQLite would arrive without its code. */
function toReply(fate: GroupFate): WriterReply {
  if (fate.kind === 'failed') return { kind: 'failed', cause: toPlain(fate.cause) };
  if (fate.kind === 'all-done') return fate;
  const fates = fate.fates.map((each) =>
    each.kind === 'bug' ? { kind: each.kind, cause: toPlain(each.cause) } : each,
  );
  return { kind: 'each', fates };
}

function toPlain(cause: unknown) {
  return { code: codeOf(cause), message: cause instanceof Error ? cause.message : String(cause) };
}
