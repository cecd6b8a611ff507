import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CONTRACT_LEVEL } from '@novacron/contract/contract-level';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { UNKNOWN } from '../cty/unknown.ts';
import { type Exchange, type RpcServer, startRpcServer } from '../rpc/test-kit/start-rpc-server.ts';
import { type RunningProvider, startProvider } from '../test-kit/start-provider.ts';
import { createNovacronProvider } from './novacron-provider.ts';

const WHOAMI = {
  principal: 'a',
  role: 'admin',
  tenant: 't',
  features: [],
  operations: [],
  server_version: '1',
  contract_level: CONTRACT_LEVEL,
};

const UNKNOWN_KEY = toProblemDocument(
  problem('unauthenticated', { detail: 'Unknown key.', remedy: 'Use another.' }),
);

const STAMPS = {
  tenant_id: 'tnt_00000000000000000000000001',
  revision: 1,
  schema_version: 1,
  desired_revision: '0123456789abcdef',
  created_at: '2025-01-01T00:00:00.000Z',
  created_by: 'admin',
  updated_at: '2025-01-01T00:00:00.000Z',
  updated_by: 'admin',
};

const TEMPLATE = {
  id: 'tpl_00000000000000000000000001',
  name: 'default',
  image: 'builtin:debian-12',
  os: 'linux',
  os_version: '1',
  architecture: 'x86_64',
  disk_gb_min: 1,
  description: 'For tests.',
  version: 1,
  built_in: true,
  vm_count: 0,
};

describe('the provider', () => {
  let server: RpcServer;
  let provider: RunningProvider | undefined;
  let reply: (exchange: Exchange) => void;

  beforeEach(async () => {
    reply = ({ calls, answer }) => answer(calls.map(({ id }) => ({ id, result: WHOAMI })));
    server = await startRpcServer((exchange) => reply(exchange));
  });
  afterEach(async () => {
    await provider?.close();
    await server.close();
  });

  async function start(env: Readonly<Record<string, string>> = {}) {
    provider = await startProvider(createNovacronProvider(env, { retryMsMax: 0 }));
    return provider.probe;
  }

  test('defines a type once, when something first asks for it', () => {
    const { resources, dataSources } = createNovacronProvider({});
    const found = Object.getOwnPropertyDescriptor(resources, 'novacron_vm');
    expect(found?.get).toBeInstanceOf(Function);
    expect(resources.novacron_vm).toBe(resources.novacron_vm);
    expect(Object.keys(dataSources)).toContain('novacron_forecast');
  });

  test('takes what the block does not say from the environment', async () => {
    const env = { NOVACRON_ENDPOINT: server.url, NOVACRON_API_KEY: 'from-env' };
    expect(await (await start(env)).configure({})).toEqual([]);
    expect(server.headers[0]).toMatchObject({
      authorization: 'Bearer from-env',
      'novacron-deployment': 'default',
    });
  });

  test.each([
    { env: 'off', block: 'high', is: [] },
    { env: '', block: 'high', is: [] },
    { env: 'critical', block: undefined, is: [] },
    { env: 'loud', block: 'high', is: ['fail_on_drift'] },
  ])('lets the environment ($env) say first when drift is an error', async (each) => {
    const env = { NOVACRON_API_KEY: 'k', NOVACRON_FAIL_ON_DRIFT: each.env };
    const config = { endpoint: server.url, ...(each.block ? { fail_on_drift: each.block } : {}) };
    const reported = await (await start(env)).configure(config);
    expect(reported.map(({ attribute }) => attribute)).toEqual(each.is);
    if (reported.length > 0) {
      expect(reported[0]?.detail).toBe(
        'It is "loud"; use one of critical, high, medium, low, info, or off.',
      );
    }
  });

  test('has one trace for all requests, its own or that of its environment', async () => {
    const env = { NOVACRON_ENDPOINT: server.url, NOVACRON_API_KEY: 'k' };
    const probe = await start(env);
    await probe.configure({});
    await probe.readData('novacron_template', { name: 'ghost' }).catch(() => undefined);
    const traces = server.headers.map(({ traceparent }) => traceparent);
    expect(traces.length).toBeGreaterThan(1);
    expect(traces[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(new Set(traces).size).toBe(1);
    await provider?.close();
    const given = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;
    await (await start({ ...env, TRACEPARENT: given })).configure({});
    expect(server.headers.at(-1)?.traceparent).toBe(given);
  });

  test('believes the block before the environment', async () => {
    const probe = await start({ NOVACRON_ENDPOINT: 'http://127.0.0.1:9', NOVACRON_API_KEY: 'e' });
    const config = { endpoint: server.url, api_key: 'from-block', deployment: 'blue' };
    expect(await probe.configure(config)).toEqual([]);
    expect(server.headers[0]).toMatchObject({
      authorization: 'Bearer from-block',
      'novacron-deployment': 'blue',
    });
  });

  test.each([
    [{ endpoint: 'ftp://x', api_key: 'k' }, ['endpoint']],
    [{ endpoint: 'not a url' }, ['endpoint', 'api_key']],
    [{ endpoint: UNKNOWN, api_key: 'k' }, ['endpoint']],
    [{ api_key: UNKNOWN }, ['api_key']],
    [{ api_key: 'k', deployment: UNKNOWN }, ['deployment']],
    [{ api_key: 'k', fail_on_drift: UNKNOWN }, ['fail_on_drift']],
    [{ api_key: 'k', retry_seconds: UNKNOWN }, ['retry_seconds']],
    [{ warnings_max: 1 }, ['api_key']],
    [{ endpoint: 'http://127.0.0.1:9', api_key: 'k' }, ['endpoint']],
  ])('reports an invalid block at its argument (case %#)', async (config, attributes) => {
    const diagnostics = await (await start()).configure(config);
    expect(diagnostics.map(({ attribute }) => attribute)).toEqual(attributes);
    for (const { severity, detail } of diagnostics) {
      expect(severity).toBe('error');
      expect(detail.length).toBeGreaterThan(20);
    }
  });

  test('reports what is wrong without a block once, to the first object of the plan', async () => {
    const probe = await start({ NOVACRON_ENDPOINT: server.url });
    expect(await probe.configure({})).toEqual([]);
    const config = { name: 'n', cidr: '10.0.0.0/24' };
    const noKey = { severity: 'error', summary: 'No API key', attribute: '' };
    const first = await probe.plan('novacron_network', { prior: null, config });
    expect(first.diagnostics).toMatchObject([noKey]);
    const second = await probe.plan('novacron_network', { prior: null, config });
    expect(second.diagnostics).toEqual([]);
    // Nothing else goes on without a client, and nothing is written.
    const read = await probe.readData('novacron_template', { name: 'x' });
    expect(read.diagnostics).toMatchObject([noKey]);
    const applied = await probe.apply('novacron_network', { prior: null, config }, second);
    expect(applied.diagnostics).toMatchObject([noKey]);
    expect(server.batches).toEqual([]);
    // A later configuration is not affected.
    expect(await probe.configure({ api_key: 'k' })).toEqual([]);
  });

  test('a key is taken without the line break that a file ends with', async () => {
    const config = { endpoint: server.url, api_key: ' from-file\n' };
    expect(await (await start()).configure(config)).toEqual([]);
    expect(server.headers[0]?.authorization).toBe('Bearer from-file');
    const env = { NOVACRON_ENDPOINT: server.url, NOVACRON_API_KEY: 'from-env\r\n' };
    await provider?.close();
    expect(await (await start(env)).configure({})).toEqual([]);
    expect(server.headers[1]?.authorization).toBe('Bearer from-env');
  });

  test.each(['two\nkeys', 'one two', 'ключ', 'k\u0000y', '\u202ekey'])(
    'a text that can be no key is refused and not repeated (%j)',
    async (key) => {
      const diagnostics = await (await start()).configure({ endpoint: server.url, api_key: key });
      expect(diagnostics).toMatchObject([
        { severity: 'error', summary: 'Invalid API key', attribute: 'api_key' },
      ]);
      expect(diagnostics[0]?.detail).not.toContain(key);
      expect(server.batches).toEqual([]);
    },
  );

  test('an endpoint with a password is refused without showing it', async () => {
    const endpoint = 'http://me:hush@127.0.0.1:7480';
    for (const [env, block] of [
      [{}, { endpoint }],
      [{ NOVACRON_ENDPOINT: endpoint }, {}],
    ]) {
      const [reported, ...more] = await (await start(env)).configure({ api_key: 'k', ...block });
      expect(more).toEqual([]);
      expect(reported).toMatchObject({
        summary: 'The endpoint contains a user name or a password',
        attribute: 'endpoint',
      });
      expect(JSON.stringify(reported)).not.toContain('hush');
      await provider?.close();
    }
  });

  test('an endpoint is an address alone', async () => {
    for (const more of ['?tenant=a', '#top']) {
      const config = { api_key: 'k', endpoint: `${server.url}/behind${more}` };
      expect(await (await start()).configure(config)).toMatchObject([
        { summary: 'The endpoint has a query or a fragment', attribute: 'endpoint' },
      ]);
      await provider?.close();
    }
  });

  test('an endpoint of the environment is named by its variable, unless it is empty', async () => {
    const wrong = { NOVACRON_ENDPOINT: 'novacron:7480', NOVACRON_API_KEY: 'k' };
    expect(await (await start(wrong)).configure({ deployment: 'blue' })).toMatchObject([
      {
        detail:
          'NOVACRON_ENDPOINT, "novacron:7480", is not an http or https URL such as ' +
          'http://127.0.0.1:7480.',
      },
    ]);
    await provider?.close();
    // Without a key, nothing connects to what may listen at the address of the default.
    const unset = await start({ NOVACRON_ENDPOINT: '' });
    const reported = await unset.configure({ deployment: 'blue' });
    expect(reported.map(({ summary }) => summary)).toEqual(['No API key']);
  });

  test('a key of another tenant is refused where the block names its own', async () => {
    const tenant = 'tnt_01jd3v6t7re3h8z9k2m4n5p6q7';
    const config = { endpoint: server.url, api_key: 'k', tenant };
    expect(await (await start()).configure(config)).toEqual([
      {
        severity: 'error',
        summary: 'The API key belongs to another tenant',
        detail:
          `This configuration is for tenant ${tenant}, but the key belongs to t. Use a key of ` +
          `${tenant}, or change or remove the argument \`tenant\`.`,
        attribute: 'tenant',
      },
    ]);
    await provider?.close();
    reply = ({ calls, answer }) =>
      answer(calls.map(({ id }) => ({ id, result: { ...WHOAMI, tenant } })));
    expect(await (await start()).configure(config)).toEqual([]);
  });

  test('is as patient with a busy server as the block says', async () => {
    const busy = problem('unavailable', { detail: 'Busy.', remedy: 'Wait.' });
    let refusals = 0;
    reply = ({ calls, answer }) => {
      const isBusy = calls.some(({ method }) => method === 'template.list') && refusals < 1;
      if (isBusy) refusals += 1;
      const error = { code: 1, message: 'busy', data: toProblemDocument(busy) };
      const empty = { ...WHOAMI, items: [], next_cursor: null };
      answer(calls.map(({ id }) => (isBusy ? { id, error } : { id, result: empty })));
    };
    provider = await startProvider(createNovacronProvider({}));
    const { probe } = provider;
    const config = { endpoint: server.url, api_key: 'k' };
    const ask = async () => {
      const read = await probe.readData('novacron_template', { name: 'x' });
      return read.diagnostics[0]?.detail;
    };
    await probe.configure({ ...config, retry_seconds: 0 });
    expect(await ask()).toBe('Busy.\n\nWait.');
    refusals = 0;
    await probe.configure({ ...config, retry_seconds: 5 });
    expect(await ask()).toMatch(/^There is no template/);
    expect(refusals).toBe(1);
  });

  /** A provider whose waits move a clock of their own, and what happens at each. */
  async function startWith(onWait: (waits: number) => Promise<void> | void) {
    let nowMs = 0;
    let waits = 0;
    const clock = {
      nowMs: () => nowMs,
      wait: async (delayMs: number) => {
        nowMs += delayMs;
        waits += 1;
        await onWait(waits);
      },
    };
    provider = await startProvider(createNovacronProvider({}, clock));
    return { probe: provider.probe, elapsedMs: () => nowMs };
  }

  test('waits as long as retry_seconds says for a server that is starting', async () => {
    const { url } = server;
    await server.close();
    const { probe, elapsedMs } = await startWith(async (waits) => {
      if (waits < 20) return;
      server = await startRpcServer((exchange) => reply(exchange), Number(new URL(url).port));
    });
    const config = { endpoint: url, api_key: 'k', retry_seconds: 120 };
    expect(await probe.configure(config)).toEqual([]);
    expect(elapsedMs()).toBeGreaterThan(20_000);
    expect(provider?.logLines.join('')).toContain('retry_seconds');
  });

  test.each([
    { retry_seconds: 45, seconds: 45 },
    { retry_seconds: null, seconds: 3 },
  ])('says how long it has tried ($seconds s)', async ({ retry_seconds, seconds }) => {
    const { probe } = await startWith(() => undefined);
    const config = { endpoint: 'http://127.0.0.1:9', api_key: 'k', retry_seconds };
    const [reported, ...more] = await probe.configure(config);
    expect(more).toEqual([]);
    expect(reported?.detail).toContain(`(ECONNREFUSED). It was tried for ${seconds} s.`);
    expect(reported?.detail).toContain('set retry_seconds higher');
  });

  test.each<[string, string | undefined, (exchange: Exchange) => void]>([
    ['a path without a server', undefined, ({ raw }) => raw(404, 'no')],
    ['a refused key', undefined, ({ raw }) => raw(401, JSON.stringify(UNKNOWN_KEY))],
    ['a service without TLS', 'https:', ({ raw }) => raw(200, '')],
  ])('does not wait for %s', async (_case, protocol, answer) => {
    reply = answer;
    const { probe, elapsedMs } = await startWith(() => undefined);
    const endpoint = protocol === undefined ? server.url : server.url.replace('http:', protocol);
    const diagnostics = await probe.configure({ endpoint, api_key: 'k', retry_seconds: 60 });
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.detail).not.toContain('tried for');
    expect(elapsedMs()).toBe(0);
  });

  test('a key that the server refuses is reported at the key, without the key', async () => {
    const found = problem('unauthenticated', { detail: 'Unknown key.', remedy: 'Use another.' });
    reply = ({ raw }) => raw(401, JSON.stringify(toProblemDocument(found)));
    const config = { endpoint: server.url, api_key: 'the-secret' };
    const diagnostics = await (await start()).configure(config);
    expect(diagnostics).toEqual([
      {
        severity: 'error',
        summary: 'No valid API key',
        detail: 'Unknown key.\n\nUse another.',
        attribute: 'api_key',
      },
    ]);
    expect(provider?.logLines.join('')).not.toContain('the-secret');
  });

  test('a data source asks by id or by name', async () => {
    const probe = await start({ NOVACRON_ENDPOINT: server.url, NOVACRON_API_KEY: 'k' });
    await probe.configure({});
    reply = ({ calls, answer }) =>
      answer(
        calls.map(({ id, method, params }) => {
          const found = { ...STAMPS, ...TEMPLATE };
          if (method === 'template.get') return { id, result: found };
          const items = params.name === 'default' ? [found] : [];
          return { id, result: { items, next_cursor: null } };
        }),
      );
    const byId = await probe.readData('novacron_template', { id: TEMPLATE.id });
    expect(byId).toMatchObject({ state: TEMPLATE, diagnostics: [] });
    const byName = await probe.readData('novacron_template', { name: 'default' });
    expect(byName).toMatchObject({ state: TEMPLATE, diagnostics: [] });
    const missing = await probe.readData('novacron_template', { name: 'ghost' });
    expect(missing.diagnostics).toEqual([
      {
        severity: 'error',
        summary: 'Not found: read template',
        detail: [
          'There is no template named "ghost".',
          'List the existing ones with `novacron template list`.',
        ].join('\n\n'),
        attribute: 'name',
      },
    ]);
  });
});
