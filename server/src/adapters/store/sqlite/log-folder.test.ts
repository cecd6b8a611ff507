/** The log of a file is folded into it while its writer goes on. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import { configureWriter, WAL_PAGES_MAX } from './configure-writer.ts';
import { FOLD_PAGES, type LogFolder, startLogFolder } from './log-folder.ts';

const PAGE_BYTES = 4096;

let directory = '';
let path = '';
let writer: SqliteDatabase.Database;

beforeEach(() => {
  // On a disk: how fast a writer is there is what the log is folded against.
  const { NOVACRON_DISK_DIR: disk = tmpdir() } = process.env;
  directory = mkdtempSync(join(disk, 'novacron-log-'));
  path = join(directory, 'novacron.db');
  writer = new SqliteDatabase(path);
  configureWriter(writer, undefined);
  writer.exec('create table blobs (id integer primary key, content blob)');
});

afterEach(() => {
  writer.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Each page of content takes a page of the log. */
function writePages(pages: number): void {
  writer.prepare('insert into blobs (content) values (zeroblob(?))').run(pages * PAGE_BYTES);
}

function pagesOfLog(): number {
  const [state] = writer.pragma('wal_checkpoint(noop)') as readonly { readonly log: number }[];
  return state?.log ?? 0;
}

const filePages = () => statSync(path).size / PAGE_BYTES;

describe('a log that is folded', () => {
  let folder: LogFolder;
  beforeEach(() => {
    folder = startLogFolder(writer, path);
  });
  afterEach(() => folder.close());

  /** Goes on writing until the thread has done what it was asked for, and a group longer. */
  async function writeUntilRestarted(): Promise<number> {
    let groups = 0;
    for (let before = 0; before <= pagesOfLog(); groups += 1) {
      before = pagesOfLog();
      writePages(1);
      folder.afterGroup();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return groups;
  }

  it('stays a log until it is long', async () => {
    writePages(FOLD_PAGES - 100);
    folder.afterGroup();
    await folder.close();
    expect(filePages()).toBeLessThan(10);
  });

  it('is folded when it is long, and restarted while the writer goes on', async () => {
    writePages(FOLD_PAGES);
    folder.afterGroup();
    await writeUntilRestarted();
    expect(filePages()).toBeGreaterThan(FOLD_PAGES);
    expect(pagesOfLog()).toBeLessThan(10);
  });

  it('is folded again and again, so that it never grows beyond one burst', async () => {
    for (let round = 1; round <= 3; round += 1) {
      writePages(FOLD_PAGES);
      folder.afterGroup();
      await writeUntilRestarted();
      expect(filePages()).toBeGreaterThan(round * FOLD_PAGES);
    }
    await folder.close();
    expect(statSync(`${path}-wal`).size).toBeLessThan(1.5 * FOLD_PAGES * PAGE_BYTES);
  });

  it('waits for one that reads for long, and does not lose what it kept', async () => {
    const reader = new SqliteDatabase(path, { readonly: true });
    const count = reader.prepare('select count(*) from blobs').pluck();
    reader.exec('begin');
    expect(count.get()).toBe(0);
    writePages(FOLD_PAGES);
    for (let group = 0; group < 20; group += 1) {
      writePages(1);
      folder.afterGroup();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(count.get()).toBe(0);
    expect(pagesOfLog()).toBeGreaterThan(FOLD_PAGES);
    reader.exec('commit');
    writePages(FOLD_PAGES);
    await writeUntilRestarted();
    expect(count.get()).toBeGreaterThan(21);
    reader.close();
  });
});

it('leaves the log to the writer when its thread dies', async () => {
  const program = join(directory, 'dies.mjs');
  writeFileSync(program, `throw new Error('out of memory');`);
  const folder = startLogFolder(writer, path, pathToFileURL(program));
  await folder.close();
  expect(writer.pragma('wal_autocheckpoint', { simple: true })).toBe(WAL_PAGES_MAX);
  writePages(WAL_PAGES_MAX);
  folder.afterGroup();
  expect(filePages()).toBeGreaterThan(WAL_PAGES_MAX);
});
