/** A server whose store is removed below it, and the next start in its directory. */
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { backUpThisMachine, restoreThisMachine } from '@novacron/server/break-glass';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';

let folder: string;
let server: RunningNovacron | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-lost-store-'));
});
afterEach(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const dirOf = (name: string) => join(folder, name);

async function start(name: string): Promise<RunningNovacron> {
  server = await startNovacron({ dataDir: dirOf(name) });
  return server;
}

async function stop(): Promise<void> {
  await server?.stop();
  server = undefined;
}

test('refuses writes, is not ready, and does not begin again with an empty store', async () => {
  const { call, url, expectOk } = await start('first');
  await expectOk('network.create', { name: 'before', cidr: '10.1.0.0/16' });
  const file = dirOf('backup');
  expect(await backUpThisMachine({ dataDir: dirOf('first'), file })).toMatchObject({ ok: true });
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dirOf('first'), `novacron.db${suffix}`));

  expect(await call('network.create', { name: 'after', cidr: '10.2.0.0/16' })).toMatchObject({
    error: {
      code: 'store-damaged',
      detail: expect.stringContaining('removed or replaced while the server runs'),
    },
  });
  const readiness = await fetch(new URL('/readyz', url));
  expect([readiness.status, await readiness.json()]).toMatchObject([
    503,
    { code: 'store-damaged' },
  ]);
  await stop();

  const key = readFileSync(join(dirOf('first'), 'admin.key'), 'utf8');
  await expect(start('first')).rejects.toThrow(
    /novacron\.db is missing in .+first.+: admin\.key, sealing\.key/,
  );
  expect(readFileSync(join(dirOf('first'), 'admin.key'), 'utf8')).toBe(key);

  expect(await restoreThisMachine({ dataDir: dirOf('second'), file })).toMatchObject({ ok: true });
  for (const name of ['sealing.key', 'admin.key']) {
    renameSync(join(dirOf('first'), name), join(dirOf('second'), name));
  }
  const { items } = await (await start('second')).expectOk('network.list', {});
  expect(items.map(({ name }) => name)).toEqual(['before']);
}, 60_000);
