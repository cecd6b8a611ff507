/** A server that outgrows its machine: it goes on where it was, with its store in PostgreSQL. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { backUpThisMachine, restoreThisMachine } from '@novacron/server/break-glass';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { type PostgresServer, startPostgres } from '../../support/services/start-postgres.ts';

const START_MS_MAX = 60_000;

let folder: string;
let file: string;
let postgres: PostgresServer;
let running: RunningNovacron | undefined;
/** Last responses of the first server, for all resources. */
let before: unknown[];

/** The rows that must survive a move. */
async function look({ expectOk }: RunningNovacron): Promise<unknown[]> {
  const { items: vms } = await expectOk('vm.list', {});
  const { items: keys } = await expectOk('api_key.list', {});
  const policy = await expectOk('policy.list', {});
  const { last_hash, entries } = await expectOk('audit.verify', {});
  // Looking is a use of the key.
  const known = keys.map(({ last_used_at: _use, ...key }) => key);
  return [vms, known, policy, { last_hash, entries }];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-move-'));
  file = join(folder, 'monday.backup');
  postgres = await startPostgres();
  const first = await startNovacron({ dataDir: join(folder, 'first') });
  const vm = { name: 'web', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
  const { operation } = await first.expectOk('vm.create', vm);
  await first.waitFor(operation.id);
  const rule = 'package p\n\ndeny contains "no" if input.resource.name == "evil"\n';
  await first.expectOk('policy.create', { name: 'P', type: 'resource', rule });
  before = await look(first);
  await first.stop();
  expect(await backUpThisMachine({ dataDir: first.dataDir, file })).toMatchObject({ ok: true });
}, START_MS_MAX);

afterAll(async () => {
  await running?.stop();
  await postgres?.remove();
  rmSync(folder, { recursive: true, force: true });
}, START_MS_MAX);

test('finds its resources, keys and audit log again, and goes on', async () => {
  const dataDir = join(folder, 'moved');
  const store = await postgres.createDatabase();
  const restored = await restoreThisMachine({ dataDir, file, store });
  const { host, pathname } = new URL(store);
  expect(restored).toMatchObject({
    ok: true,
    value: {
      lines: [
        expect.stringContaining(`${dataDir} holds the store and its agents`),
        expect.stringContaining('Put the sealing key'),
        expect.stringContaining('Healing and automation are held until you release them'),
        expect.stringContaining('until novacron admin control-plane takeover'),
        `The store is in the database ${host}${pathname} instead of the directory.`,
      ],
    },
  });
  expect(existsSync(join(dataDir, 'novacron.db'))).toBe(false);
  for (const name of ['admin.key', 'sealing.key']) {
    copyFileSync(join(folder, 'first', name), join(dataDir, name));
  }
  running = await startNovacron({ dataDir, store });
  expect(await look(running)).toEqual(before);
  const vm = { name: 'evil', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
  expect(await running.call('vm.create', vm)).toMatchObject({ error: { code: 'policy-denied' } });
  const { operation } = await running.expectOk('vm.create', { ...vm, name: 'good' });
  expect(await running.waitFor(operation.id)).toMatchObject({ status: 'succeeded' });
});

test.each([
  ['postgres://novacron@127.0.0.1:1/none', 'cannot be opened'],
  ['sqlite', 'in the data directory, and a restore writes it there'],
  ['mysql://x', '--store'],
])('leaves nothing behind where --store %s is no database to go to', async (store, words) => {
  const dataDir = join(folder, 'nowhere');
  const refused = await restoreThisMachine({ dataDir, file, store });
  expect(refused).toMatchObject({
    ok: false,
    error: { detail: expect.stringContaining(words) },
  });
  expect(existsSync(dataDir)).toBe(false);
});
