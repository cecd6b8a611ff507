/** Backups of a server at work, and what they are worth when it is gone. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, open, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { backUpThisMachine, restoreThisMachine } from '@novacron/server/break-glass';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import Database from 'better-sqlite3';
import { findFaultsIn } from '../../integration/test-kit/read-data-dir.ts';

const VM = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };

let folder: string;
let file: string;
let server: RunningNovacron | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-backup-'));
  file = join(folder, 'monday.backup');
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string): Promise<RunningNovacron> {
  server = await startNovacron({ dataDir: join(folder, name) });
  return server;
}

async function stop(): Promise<void> {
  await server?.stop();
  server = undefined;
}

async function createVm({ expectOk, waitFor }: RunningNovacron, name: string): Promise<void> {
  const { operation } = await expectOk('vm.create', { ...VM, name });
  await waitFor(operation.id);
}

/** Starts the restored server with the keys of the first one: what its store knows them by. */
async function startRestored(from: string): Promise<RunningNovacron> {
  for (const name of ['admin.key', 'sealing.key']) {
    copyFileSync(join(folder, from, name), join(folder, 'restored', name));
  }
  return start('restored');
}

/** The terms of a store, and what the agents of its directory follow. */
function readFleet(name: string) {
  const store = new Database(join(folder, name, 'novacron.db'));
  const agents = new Database(join(folder, name, 'agents', '_fleet.db'));
  try {
    return {
      terms: store
        .prepare<[], { id: string; control_plane_id: string; position: number; kind: string }>(
          'select * from control_plane_terms',
        )
        .all(),
      followed: agents
        .prepare<[], { node: string; term: string; number: number }>(
          'select node, term, number from followed_control_planes order by node',
        )
        .all(),
    };
  } finally {
    store.close();
    agents.close();
  }
}

const restored = () => join(folder, 'restored');

describe('a backup of a server under load', () => {
  test('has every write that was answered before it, and its books are right', async () => {
    const first = await start('first');
    let answered: string[] = [];
    let isOver = false;
    const writers = ['a', 'b', 'c', 'd'].map(async (letter) => {
      for (let count = 0; !isOver; count += 1) {
        const name = `${letter}-${count}`;
        const made = await first.call('vm.create', { ...VM, name });
        if (!made.ok) return;
        answered = [...answered, name];
      }
    });
    for (const count of [1, 2, 3]) {
      await first.expectOk('network.create', { name: `n${count}`, cidr: `10.${count}.0.0/16` });
    }
    const promised = answered;
    const copied = await backUpThisMachine({ dataDir: first.dataDir, file });
    isOver = true;
    await Promise.all(writers);
    expect(copied).toMatchObject({ ok: true });
    expect(promised.length).toBeGreaterThan(3);
    await stop();

    expect(await restoreThisMachine({ dataDir: restored(), file })).toMatchObject({ ok: true });
    const second = await startRestored('first');
    const { items } = await second.expectOk('vm.list', { limit: 500 });
    const names = items.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...promised]));
    expect((await second.expectOk('network.list', {})).items).toHaveLength(3);
    const { items: open } = await second.expectOk('operation.list', { limit: 500 });
    for (const { id } of open)
      expect(await second.waitFor(id)).toMatchObject({ status: 'succeeded' });
    await createVm(second, 'after');
    await stop();
    expect(await findFaultsIn(restored())).toEqual([]);
  }, 60_000);

  test('can be made again and again without a write being refused', async () => {
    const first = await start('first');
    for (let count = 0; count < 5; count += 1) {
      const made = Array.from({ length: 8 }, (_, index) => createVm(first, `v${count}-${index}`));
      const copied = backUpThisMachine({ dataDir: first.dataDir, file: `${file}-${count}` });
      await Promise.all(made);
      expect(await copied).toMatchObject({ ok: true });
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  }, 60_000);
});

describe('a backup', () => {
  test('can be made without a server, is private, and holds no key file', async () => {
    const first = await start('first');
    await createVm(first, 'web');
    await stop();
    const copied = await backUpThisMachine({ dataDir: first.dataDir, file });
    expect(copied.ok && copied.value.lines[0]).toMatch(
      /monday\.backup holds the store and its agents as of 20\d\d-.+Z, \d+\.\d MiB\.$/,
    );
    expect(copied.ok && copied.value.lines[1]).toMatch(/^It does not hold the sealing key/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const back = await restoreThisMachine({ dataDir: restored(), file });
    expect(back.ok && back.value.lines[1]).toMatch(/^Put the sealing key .+ there as well/);
    expect(readdirSync(restored()).sort()).toEqual(['agents', 'novacron.db']);
    expect((await stat(restored())).mode & 0o077).toBe(0);
    await expect(start('restored')).rejects.toThrow(
      /there is no key in .+restored\/sealing\.key\. It was made in .+first\/sealing\.key\./,
    );
  });

  test('is refused where there is no store, or over a file that exists', async () => {
    expect(await backUpThisMachine({ dataDir: folder, file })).toMatchObject({
      error: {
        code: 'not-found',
        detail: `No NovaCron store found in ${folder}.`,
        remedy: expect.stringContaining('PostgreSQL has tools of its own'),
      },
    });
    const { dataDir } = await start('first');
    await copyFile(join(dataDir, 'admin.key'), file);
    expect(await backUpThisMachine({ dataDir, file })).toMatchObject({
      error: {
        code: 'conflict',
        detail: `${file} exists already; a backup never replaces a file.`,
      },
    });
    const nowhere = join(folder, 'nowhere', 'x.backup');
    expect(await backUpThisMachine({ dataDir, file: nowhere })).toMatchObject({
      error: { code: 'unavailable', detail: expect.stringContaining('no such file or directory') },
    });
  });
});

describe('a restore', () => {
  beforeEach(async () => {
    const first = await start('first');
    await createVm(first, 'web');
    expect(await backUpThisMachine({ dataDir: first.dataDir, file })).toMatchObject({ ok: true });
  });

  test('begins a branch of terms that only the agents in the backup follow', async () => {
    const before = readFleet('first');
    await server?.expectOk('network.create', { name: 'later', cidr: '10.9.0.0/16' });
    await stop();
    expect(await restoreThisMachine({ dataDir: restored(), file })).toMatchObject({ ok: true });
    const { terms, followed } = readFleet('restored');
    expect(before.terms).toMatchObject([{ position: 1, kind: 'start' }]);
    expect(terms).toMatchObject([
      { control_plane_id: before.terms[0]?.control_plane_id, position: 2, kind: 'restore' },
    ]);
    expect(terms[0]?.id).not.toBe(before.terms[0]?.id);
    expect(before.followed.length).toBeGreaterThan(0);
    expect(followed).toEqual(
      before.followed.map(({ node }) => ({ node, term: terms[0]?.id, number: 2 })),
    );
    const second = await startRestored('first');
    const { items } = await second.expectOk('node.list', {});
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set(['ready']));
    await createVm(second, 'after');
  }, 60_000);

  test('is refused below a running server and over anything that exists', async () => {
    const dataDir = join(folder, 'first');
    expect(await restoreThisMachine({ dataDir, file })).toMatchObject({
      error: { code: 'conflict', detail: expect.stringContaining('Another server is running') },
    });
    await stop();
    expect(await restoreThisMachine({ dataDir, file })).toMatchObject({
      error: {
        code: 'conflict',
        detail: `${dataDir} is not empty; a restore never replaces a file.`,
      },
    });
    mkdirSync(restored());
    expect(await restoreThisMachine({ dataDir: restored(), file })).toMatchObject({ ok: true });
  });

  test('is refused for a file that is not a backup', async () => {
    const missing = join(folder, 'missing');
    expect(await restoreThisMachine({ dataDir: restored(), file: missing })).toMatchObject({
      error: { code: 'not-found', detail: `There is no file ${missing}.` },
    });
    for (const other of ['admin.key', 'novacron.db']) {
      const path = join(folder, 'first', other);
      expect(await restoreThisMachine({ dataDir: restored(), file: path })).toMatchObject({
        error: { detail: `${path} is not a backup of NovaCron, or is damaged.` },
      });
    }
    expect(existsSync(restored())).toBe(false);
  });

  test('is refused for a backup that is cut short, or in which something has changed', async () => {
    const short = join(folder, 'short.backup');
    await copyFile(file, short);
    const handle = await open(short, 'r+');
    await handle.truncate(Math.floor((await handle.stat()).size / 2));
    await handle.close();
    const cut = await restoreThisMachine({ dataDir: restored(), file: short });
    expect(cut).toMatchObject({ error: { detail: expect.stringContaining('damaged') } });
    changeBackup("update pieces set bytes = x'00' where path like 'agents/%'");
    expect(await restoreThisMachine({ dataDir: restored(), file })).toMatchObject({
      error: {
        detail: expect.stringMatching(/is damaged: agents\/.+ is not what was put into it/),
      },
    });
    expect(existsSync(restored())).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('writes nothing outside the directory, whatever the backup says', async () => {
    changeBackup(`update manifest set document = replace(document, 'agents/', '../')`);
    expect(await restoreThisMachine({ dataDir: restored(), file })).toMatchObject({
      error: { detail: `${file} is not a backup of NovaCron, or is damaged.` },
    });
  });

  test('is refused for a backup of a newer release', async () => {
    changeBackup(`update manifest set document = replace(document, '"format":1', '"format":2')`);
    expect(await restoreThisMachine({ dataDir: restored(), file })).toMatchObject({
      error: { detail: expect.stringContaining('made by a newer release of NovaCron than this') },
    });
    await stop();
    const store = new Database(join(folder, 'first', 'novacron.db'));
    store.prepare('insert into schema_migrations values (?)').run('9999-future');
    store.close();
    const newer = join(folder, 'newer.backup');
    await backUpThisMachine({ dataDir: join(folder, 'first'), file: newer });
    expect(await restoreThisMachine({ dataDir: restored(), file: newer })).toMatchObject({
      error: { detail: expect.stringContaining('(9999-future)') },
    });
    expect(existsSync(restored())).toBe(false);
  });
});

/** Changes the backup as damage, or an attacker, would. */
function changeBackup(sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}
