/** Moments of a store that is written to: what a restore finds after a loss at any time. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { ok } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import Database from 'better-sqlite3';
import type { Store } from '../../../ports/store.ts';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.ts';
import type { TargetFiles } from '../targets/target-files.ts';
import { loadMoment } from './load-moment.ts';
import { chooseMoment, readBackups } from './part-names.ts';
import { createSaver } from './save-moment.ts';

let folder: string;
let dataDir: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-moments-'));
  dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const opened = await openSqliteStore({ path: join(dataDir, 'novacron.db') });
  if (!opened.ok) throw new Error(opened.error.detail);
  store = opened.value;
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A target in memory, of which a loss after any number of files can be looked at. */
function createMemoryFiles() {
  const kept: { readonly name: string; readonly bytes: Buffer }[] = [];
  let failing: number | undefined;
  const files: TargetFiles = {
    put: async (name, source) => {
      if (kept.length === failing) throw new Error('the line is down');
      kept.push({ name, bytes: readFileSync(source) });
    },
    get: async (name, target) => {
      writeFileSync(target, kept.find((each) => each.name === name)?.bytes ?? '');
    },
    list: async () => kept.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length })),
    remove: async (names) => {
      for (const name of names) {
        kept.splice(
          kept.findIndex((each) => each.name === name),
          1,
        );
      }
    },
  };
  return {
    files,
    kept,
    failAfter: (count: number | undefined) => {
      failing = count;
    },
  };
}

const saver = () =>
  createSaver({
    dataDir,
    imagesDir: join(dataDir, 'images'),
    scratchDir: join(folder, 'scratch'),
    target: { kind: 'directory', path: folder },
    serverVersion: '0.1.0',
  });

const otherwise = problem('conflict', { detail: 'No.', remedy: 'None.' });

/** Two rows in two tables, so that half a commit would be seen. */
async function commit(number: number): Promise<void> {
  const id = String(number).padStart(6, '0');
  const lease = { id, holder: 'x'.repeat(500), fence: 1, expires_at_ms: 1, progress: number };
  const done = await store.commit([
    { kind: 'insert', into: 'store_probes', row: { id, at_ms: number }, otherwise },
    { kind: 'insert', into: 'leases', row: lease, otherwise },
  ]);
  expect(done).toEqual(ok(undefined));
}

let loads = 0;

/** Restores the newest moment of the first files, and reads its commits. */
async function restore(files: TargetFiles, count: number) {
  const listed = (await files.list()).slice(0, count);
  const chosen = chooseMoment(readBackups(listed));
  if (chosen === undefined) return undefined;
  loads += 1;
  const target = join(folder, `restored-${loads}`);
  mkdirSync(target);
  const loaded = await loadMoment(files, chosen.names, target);
  if (loaded.kind !== 'loaded') throw new Error(`${loaded.kind}: ${loaded.name}`);
  const database = new Database(join(target, 'novacron.db'));
  const idsOf = (table: string) =>
    database.prepare(`select id from ${table} order by id`).pluck().all().map(Number);
  const found = { probes: idsOf('store_probes'), leases: idsOf('leases') };
  database.close();
  return { ...found, folder: target };
}

test.each([1, 2, 3])(
  'a loss at any time leaves the commits before the last whole moment, and no others (seed %i)',
  async (seed) => {
    const rng = makeRng(`moments-${seed}`);
    const below = (limit: number) => Math.floor(rng.next() * limit);
    const memory = createMemoryFiles();
    const save = saver();
    /** How many commits were answered when the moment that ends with a file began. */
    const promised: number[] = [];
    let written = 0;
    const commitNext = () => {
      written += 1;
      return commit(written);
    };
    for (let round = 0; round < 12; round += 1) {
      for (let more = below(30); more > 0; more -= 1) await commitNext();
      const isDown = below(4) === 0;
      memory.failAfter(isDown ? memory.kept.length : undefined);
      const extent = below(6) === 0 ? 'whole' : 'changes';
      const answered = written;
      const saving = save(memory.files, extent);
      // Arrives while databases are copied and sent.
      const meanwhile = commitNext();
      await saving.catch(() => undefined);
      await meanwhile;
      while (promised.length < memory.kept.length) promised.push(answered);
    }
    expect(memory.kept.length).toBeGreaterThan(4);
    for (const [index, answered] of promised.entries()) {
      const found = await restore(memory.files, index + 1);
      const prefix = Array.from({ length: found?.probes.length ?? 0 }, (_, at) => at + 1);
      expect(found?.probes).toEqual(prefix);
      expect(found?.leases).toEqual(prefix);
      expect(prefix.length).toBeGreaterThanOrEqual(answered);
      expect(prefix.length).toBeLessThanOrEqual(answered + 1);
    }
  },
  60_000,
);

test('a moment of more than one part is there only once all of them are', async () => {
  const filler = new Database(join(dataDir, 'novacron.db'));
  filler.exec('create table filler (bytes blob); insert into filler values (randomblob(35000000))');
  filler.close();
  await commit(1);
  const memory = createMemoryFiles();
  await saver()(memory.files, 'whole');
  expect(memory.kept).toHaveLength(2);
  expect(await restore(memory.files, 1)).toBeUndefined();
  expect(await restore(memory.files, 2)).toMatchObject({ probes: [1] });
}, 60_000);

test('changes are little, files of agents come and go, and the store may shrink', async () => {
  for (let number = 1; number <= 2_000; number += 1) await commit(number);
  const agents = join(dataDir, 'agents');
  mkdirSync(agents);
  const makeAgent = (name: string) => {
    const agent = new Database(join(agents, name));
    agent.exec('create table journal (id text)');
    agent.close();
  };
  makeAgent('a.db');
  const memory = createMemoryFiles();
  const save = saver();
  const { sizeBytes: whole } = await save(memory.files, 'whole');
  await commit(2_001);
  rmSync(join(agents, 'a.db'));
  makeAgent('b.db');
  const { sizeBytes: changes } = await save(memory.files, 'changes');
  expect(changes).toBeLessThan(whole / 4);
  const shrinker = new Database(join(dataDir, 'novacron.db'));
  shrinker.exec(`delete from leases where id > '000010'; delete from store_probes
    where id > '000010'; vacuum`);
  shrinker.close();
  await save(memory.files, 'changes');
  const found = await restore(memory.files, memory.kept.length);
  expect(found?.leases).toHaveLength(10);
  const has = (name: string) => existsSync(join(found?.folder ?? '', 'agents', name));
  expect([has('a.db'), has('b.db')]).toEqual([false, true]);
}, 60_000);

test('a backup of which the target has lost a file is followed by a whole one', async () => {
  const memory = createMemoryFiles();
  const save = saver();
  await save(memory.files, 'whole');
  await commit(1);
  await save(memory.files, 'changes');
  await commit(2);
  await save(memory.files, 'changes');
  const [, second] = memory.kept;
  await memory.files.remove([second?.name ?? '']);
  await expect(save(memory.files, 'changes')).rejects.toThrow('are missing there');
  await save(memory.files, 'changes');
  expect(await restore(memory.files, memory.kept.length)).toMatchObject({ probes: [1, 2] });
});

test('a file in which a bit has changed is found', async () => {
  await commit(1);
  const memory = createMemoryFiles();
  await saver()(memory.files, 'whole');
  const [first] = memory.kept;
  const bytes = first?.bytes ?? Buffer.alloc(0);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await expect(restore(memory.files, 1)).rejects.toThrow('damaged: ');
});
