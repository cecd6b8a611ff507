import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import { waitUntil } from '@novacron/testing/wait-until';
import { clientOf } from './test-kit/live-client.ts';
import { findFaultsIn } from './test-kit/read-data-dir.ts';
import {
  launchServerProcess,
  runNovacron,
  type ServerProcess,
  startServerProcess,
} from './test-kit/start-server-process.ts';

/** Each test starts programs of its own, on a machine that may be busy. */
jest.setTimeout(60_000);

const VM = { name: 'web-01', cpu_cores: 2, memory_gb: 4, disk_gb: 20 };

describe('novacron server as a process', () => {
  let dataDir = '';
  const servers: ServerProcess[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'novacron-process-'));
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.kill()));
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function start(...flags: string[]) {
    const server = await startServerProcess(dataDir, flags);
    servers.push(server);
    return { ...server, call: clientOf(server.url, dataDir) };
  }

  test('names the file of the admin key on the first start, and never prints the key', async () => {
    const first = await start();
    const file = join(dataDir, 'admin.key');
    const key = readFileSync(file, 'utf8').trim();
    expect(first.stdout()).not.toContain(key);
    expect(first.stdout()).toContain(`The admin API key is in ${file}\n`);
    expect(first.stdout()).toContain(`export NOVACRON_ENDPOINT=${first.url}\n`);
    expect(first.stdout()).toContain(`export NOVACRON_API_KEY="$(cat ${file})"\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'novacron.db')).mode & 0o077).toBe(0);
    await first.stop();
    const second = await start();
    expect(second.stdout()).not.toContain('admin API key');
  });

  test('ends with 0 when asked to, at once though clients wait, parking what runs', async () => {
    const server = await start();
    const asked = Array.from({ length: 20 }, (_, index) =>
      server.call('vm.create', { ...VM, name: `v${index}` }),
    );
    const answers = await Promise.all(asked);
    const waits = answers.flatMap((answer) =>
      answer.ok ? [server.call('operation.wait', { id: answer.value.operation.id })] : [],
    );
    // By the time that a later request is answered the earlier ones have arrived.
    await server.call('identity.whoami', {});
    const startedAtMs = performance.now();
    expect(await server.stop()).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    for (const wait of await Promise.all(waits)) expect(wait).toMatchObject({ ok: true });
    const next = await start();
    for (const answer of answers) {
      const id = answer.ok ? answer.value.operation.id : undefined;
      const ended = id && (await next.call('operation.wait', { id }));
      expect(ended).toMatchObject({ ok: true, value: { status: 'succeeded' } });
    }
    await next.stop();
    expect(await findFaultsIn(dataDir)).toEqual([]);
  });

  test('serves on after it was asked to stop, until it is asked again', async () => {
    const server = await start('--shutdown-delay', '10m');
    const ended = server.stop();
    const { status } = await waitUntil('the server to be not ready', async () => {
      const answer = await fetch(`${server.url}/readyz`);
      return answer.ok ? undefined : answer;
    });
    expect(status).toBe(503);
    expect(server.stdout()).toContain('Stopping in 10m: not ready for new clients');
    expect(await server.call('identity.whoami', {})).toMatchObject({ ok: true });
    void server.stop('SIGHUP');
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  test('waits for a database that is away, and ends with 0 when asked to', async () => {
    const flags = ['--store', 'postgres://127.0.0.1:9/nova', '--log-level', 'warn'];
    const waiting = launchServerProcess(dataDir, flags);
    await waitUntil('the server to say that it waits', () =>
      waiting.stdout().includes('PostgreSQL is unavailable') ||
      waiting.stderr().includes('PostgreSQL is unavailable')
        ? true
        : undefined,
    );
    expect(await waiting.stop()).toMatchObject({ code: 0, signal: null });
  });

  test('refuses the data directory of another server until that one is gone', async () => {
    const server = await start();
    const second = await runNovacron(['server', '--data-dir', dataDir, '--listen', '127.0.0.1:0']);
    expect(second).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        `Error: Another server is running on the data directory ${dataDir}.\n` +
        'Stop it first, or set another --data-dir.\n',
    });
    expect(await server.call('identity.whoami', {})).toMatchObject({ ok: true });
    await server.kill();
    await start();
  });

  test('refuses an open address without TLS, and wrong flags, with code 2', async () => {
    const open = await runNovacron(['server', '--data-dir', dataDir, '--listen', '0.0.0.0:0']);
    expect(open).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('API keys would be sent unencrypted'),
    });
    expect(open.stderr).toContain('--tls-cert and --tls-key, or --insecure-listen');
    const wrong = await runNovacron(['server', '--data-dir', dataDir, '--listen', 'nowhere']);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--listen: '),
    });
  });

  test('refuses to begin where it cannot write its key, and begins once it can', async () => {
    mkdirSync(join(dataDir, 'admin.key'));
    const refused = await runNovacron(['server', '--data-dir', dataDir, '--listen', '127.0.0.1:0']);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The first API key cannot be written'),
    });
    rmSync(join(dataDir, 'admin.key'), { recursive: true });
    const { call } = await start();
    expect(await call('identity.whoami', {})).toMatchObject({ ok: true });
  });

  test('starts on a fleet that has become smaller, with all of its VMs', async () => {
    const nodes = ['a', 'b'].map((name) => ({
      name,
      zone: 'z',
      rack: 'r',
      cpu_cores: 8,
      memory_gb: 16,
      disk_gb: 100,
    }));
    const storage_pools = { ssd: { size_gb: 9 }, hdd: { size_gb: 9 }, nvme: { size_gb: 9 } };
    const file = join(dataDir, 'fleet.json');
    writeFileSync(file, JSON.stringify({ nodes, storage_pools }));
    const server = await start('--fleet', file);
    for (const name of ['v1', 'v2', 'v3', 'v4']) {
      const answer = await server.call('vm.create', { ...VM, name });
      const id = answer.ok ? answer.value.operation.id : undefined;
      expect(id && (await server.call('operation.wait', { id }))).toMatchObject({ ok: true });
    }
    await server.stop();
    const smaller = nodes.slice(0, 1).map((node) => ({ ...node, cpu_cores: 1 }));
    writeFileSync(file, JSON.stringify({ nodes: smaller, storage_pools }));
    const next = await start('--fleet', file);
    const listed = await next.call('node.list', {});
    expect(listed).toMatchObject({
      ok: true,
      value: { items: [{ capacity: { cpu_cores: 4 } }, {}] },
    });
    expect(await next.call('vm.list', {})).toMatchObject({
      ok: true,
      value: { items: [{}, {}, {}, {}] },
    });
  });

  test('refuses writes on a full disk, serves reads, and works again with room', async () => {
    const server = await start('--store-size-mib-max', '3');
    const metadata = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`label-${index}`, 'x'.repeat(250)]),
    );
    const made: string[] = [];
    let refusal: unknown;
    for (let count = 0; refusal === undefined && count < 500; count += 1) {
      const asked = { name: `n${count}`, cpu_cores: 1, memory_gb: 1, disk_gb: 1, metadata };
      const answer = await server.call('vm.create', asked);
      if (answer.ok) made.push(answer.value.resource.id);
      else refusal = answer.error;
    }
    expect(refusal).toMatchObject({
      code: 'storage-full',
      detail: "The server's store is full, so the change was not made.",
    });
    for (let index = 0; index < 3; index += 1) {
      const again = await server.call('volume.create', { name: `v${index}`, size_gb: 1 });
      if (!again.ok) expect(again.error.code).toBe('storage-full');
    }
    const listed = await server.call('vm.list', { limit: 1000 });
    expect(listed.ok && listed.value.items.map(({ id }) => id)).toEqual(made);
    await server.stop();

    const next = await start();
    for (const id of made) {
      const { value } = expectOk(await next.call('operation.list', { target_id: id }));
      const [operation] = value.items;
      const ended = operation && (await next.call('operation.wait', { id: operation.id }));
      expect(ended).toMatchObject({ ok: true, value: { status: 'succeeded' } });
    }
    const { value } = expectOk(await next.call('vm.create', VM));
    await next.call('operation.wait', { id: value.operation.id });
    await next.stop();
    expect(await findFaultsIn(dataDir)).toEqual([]);
  });

  test('starts on a store that is full, and serves reads', async () => {
    const server = await start();
    const answer = await server.call('vm.create', VM);
    const id = answer.ok ? answer.value.operation.id : undefined;
    expect(id && (await server.call('operation.wait', { id }))).toMatchObject({ ok: true });
    await server.stop();
    const full = await start('--store-size-mib-max', '1');
    expect(await full.call('vm.list', {})).toMatchObject({ ok: true, value: { items: [VM] } });
  });

  test.each(['running', 'stopped'] as const)(
    'a policy that locks everybody out is disabled past a %s server, and audited',
    async (state) => {
      const server = await start();
      const rule = 'package novacron\n\nallow if false\n';
      const policy = { name: 'Lockout', type: 'access', rule } as const;
      expectOk(await server.call('policy.create', policy));
      const locked = await server.call('network.create', { name: 'n', cidr: '10.0.0.0/16' });
      expect(locked).toMatchObject({ ok: false, error: { code: 'policy-denied' } });
      if (state === 'stopped') await server.stop();

      const broken = ['policy', 'disable', 'Lockout', '--break-glass', '--data-dir', dataDir];
      expect(await runNovacron(broken)).toMatchObject({
        code: 0,
        stdout: 'The policy Lockout is disabled. The audit log says who did it.\n',
      });
      const { call } = state === 'stopped' ? await start() : server;
      expectOk(await call('network.create', { name: 'n', cidr: '10.0.0.0/16' }));
      const { value } = expectOk(await call('audit.list', {}));
      expect(value.items.find(({ client }) => client === 'platform')).toMatchObject({
        operation: 'policy.update',
        principal: expect.stringMatching(/^break-glass:/),
        changes: { enabled: { was: true, is: false } },
      });
      expect(await runNovacron(broken)).toMatchObject({
        code: 0,
        stdout: 'The policy Lockout is disabled already.\n',
      });
    },
  );

  test.each(['running', 'stopped'] as const)(
    'an API key is created past a %s server and past what it would refuse, and audited',
    async (state) => {
      const server = await start();
      // Without the right to create keys, and with no room for one.
      const closed = { features: { api_keys: false }, quotas: { api_keys: 1 } };
      const tenant = expectOk(await server.call('tenant.create', { name: 'research', ...closed }));
      if (state === 'stopped') await server.stop();

      const place = ['--role', 'admin', '--break-glass', '--data-dir', dataDir];
      const create = ['api-key', 'create', 'rescue', ...place, '--output', 'json'];
      const made = await Promise.all([
        runNovacron(create),
        runNovacron([...create, '--tenant', 'research']),
      ]);
      expect(made.map(({ code, stderr }) => [code, stderr])).toEqual([
        [0, 'Save this secret; it is not shown again\n'],
        [0, 'Save this secret; it is not shown again\n'],
      ]);
      const { url, call } = state === 'stopped' ? await start() : server;
      const [own, other] = made.map(({ stdout }) => {
        const { secret } = JSON.parse(stdout);
        return createClient(createHttpCarrier(url, String(secret))).call;
      });
      if (own === undefined || other === undefined) throw new Error('two keys were created');
      expect(expectOk(await own('identity.whoami', {})).value).toMatchObject({ role: 'admin' });
      expectOk(await own('api_key.create', { name: 'next', role: 'admin' }));
      const { value: there } = expectOk(
        await other('tenant.get', { id: tenant.value.resource.id }),
      );
      expect(there.usage).toMatchObject({ api_keys: 2 });
      for (const logOf of [call, other]) {
        const { value } = expectOk(await logOf('audit.list', {}));
        expect(value.items.find(({ client }) => client === 'platform')).toMatchObject({
          operation: 'api_key.create',
          principal: expect.stringMatching(/^break-glass:/),
          resource_name: 'rescue',
          changes: { role: { was: null, is: 'admin' } },
        });
        expectOk(await logOf('audit.verify', {}));
      }
      expect(await runNovacron(['api-key', 'create', 'rescue', ...place])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('An API key named rescue exists already.'),
      });
    },
  );
});

function expectOk<Answer extends { readonly ok: boolean }>(answer: Answer) {
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return answer as Extract<Answer, { readonly ok: true }>;
}
