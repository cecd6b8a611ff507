/** Backups as people make them: one program copies while another one writes. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { clientOf } from './test-kit/live-client.ts';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import {
  runNovacron,
  type ServerProcess,
  startServerProcess,
} from './test-kit/start-server-process.ts';

/** Each test starts programs of its own, on a machine that may be busy. */
jest.setTimeout(120_000);

const VM = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
const WRITERS = ['a', 'b', 'c', 'd'];
const ROUNDS = 3;

let folder: string;
const servers: ServerProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-backup-process-'));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(dataDir: string) {
  const server = await startServerProcess(dataDir);
  servers.push(server);
  return { ...server, call: clientOf(server.url, dataDir) };
}

type Started = Awaited<ReturnType<typeof start>>;

/** Makes and deletes VMs without a pause; says what was acknowledged, and what was refused. */
function writeTo({ call }: Started) {
  const kept = new Set<string>();
  const refused: string[] = [];
  let isOver = false;
  const writers = WRITERS.map(async (letter) => {
    for (let count = 0; !isOver; count += 1) {
      const name = `${letter}-${count}`;
      const made = await call('vm.create', { ...VM, name });
      if (!made.ok) {
        refused.push(made.error.detail);
        continue;
      }
      const { resource, operation } = made.value;
      if (count % 2 === 0) {
        kept.add(name);
        continue;
      }
      await call('operation.wait', { id: operation.id });
      const gone = await call('vm.delete', { id: resource.id });
      if (!gone.ok) refused.push(gone.error.detail);
      else await call('operation.wait', { id: gone.value.operation.id });
    }
  });
  return {
    kept,
    refused,
    end: async () => {
      isOver = true;
      await Promise.all(writers);
    },
  };
}

async function settle({ call }: Started): Promise<void> {
  const listed = await call('operation.list', { limit: 500 });
  if (!listed.ok) throw new Error(listed.error.detail);
  for (const { id } of listed.value.items) {
    const ended = await call('operation.wait', { id });
    expect(ended).toMatchObject({ ok: true, value: { status: 'succeeded' } });
  }
}

test('a backup of a busy server has what was promised, and its books agree', async () => {
  const dataDir = join(folder, 'first');
  const first = await start(dataDir);
  const writing = writeTo(first);
  const promises: string[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const enough = writing.kept.size + WRITERS.length;
    await waitUntil('some writes', () => writing.kept.size >= enough || undefined);
    promises.push([...writing.kept]);
    const file = join(folder, `${round}.backup`);
    const made = await runNovacron(['backup', '--data-dir', dataDir, '--to', file]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`${file} holds the store and `);
  }
  await writing.end();
  expect(writing.refused).toEqual([]);
  // The books of a parked operation are open.
  await settle(first);
  expect(await first.stop()).toMatchObject({ code: 0 });
  expect(await findFaultsIn(dataDir)).toEqual([]);

  for (const [round, promised] of promises.entries()) {
    const restored = join(folder, `restored-${round}`);
    const file = join(folder, `${round}.backup`);
    const done = await runNovacron(['restore', '--data-dir', restored, '--from', file]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['admin.key', 'sealing.key']) {
      copyFileSync(join(dataDir, name), join(restored, name));
    }
    const next = await start(restored);
    await settle(next);
    const listed = await next.call('vm.list', { limit: 500 });
    const names = listed.ok ? listed.value.items.map(({ name }) => name) : [];
    expect(names).toEqual(expect.arrayContaining(promised));
    expect(await next.stop()).toMatchObject({ code: 0 });
    expect(await findFaultsIn(restored)).toEqual([]);
  }
});

test('a restore below a running server is refused by the command', async () => {
  const dataDir = join(folder, 'first');
  await start(dataDir);
  const file = join(folder, 'a.backup');
  await runNovacron(['backup', '--data-dir', dataDir, '--to', file]);
  const refused = await runNovacron(['restore', '--data-dir', dataDir, '--from', file]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('Another server is running on the data directory');
});
