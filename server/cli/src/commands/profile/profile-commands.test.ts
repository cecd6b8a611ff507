/** Logging in and out, and which server and key a command then takes. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';
import { sampleDocument } from '../../test-kit/samples.ts';
import { type FakeServer, startFakeServer } from '../../test-kit/start-fake-server.ts';

const FILE = '/alice/.config/novacron/profiles.json';

let server: FakeServer;

beforeEach(async () => {
  server = await startFakeServer();
});

afterEach(() => server.close());

interface StoredProfile {
  readonly endpoint: string;
  readonly api_key: string;
}

function stored(current: string | null, profiles: Readonly<Record<string, StoredProfile>>): string {
  return `${JSON.stringify({ current, profiles }, null, 2)}\n`;
}

const run = (line: string, world: TestWorld = {}) => runInProcess(line.split(' '), world);

describe('novacron login', () => {
  test('asks for the key, asks the server whose it is, and keeps both', async () => {
    const record = await run(`login --endpoint ${server.endpoint}/ --output json`, {
      secret: ' nova_secret\n',
    });
    expect(record.exitCode).toBe(0);
    expect(record.stderr).toBe(`API key for ${server.endpoint}: `);
    expect(JSON.parse(record.stdout)).toEqual({
      profile: 'default',
      endpoint: server.endpoint,
      principal: 'admin',
      person: 'admin',
      role: 'admin',
      tenant: 'default',
      features: ['graphql', 'migration'],
      operations: ['vm.list'],
      server_version: '0.1.0',
      contract_level: 1,
      expires_at: null,
    });
    expect(server.calls.map(({ method }) => method)).toEqual(['identity.whoami']);
    expect(server.calls[0]?.headers.authorization).toBe('Bearer nova_secret');
    const profile = { endpoint: server.endpoint, api_key: 'nova_secret' };
    expect(record.written).toEqual({ [FILE]: stored('default', { default: profile }) });
  });

  test('keeps the other profiles, and the server of a profile that it knows', async () => {
    const prod = { endpoint: server.endpoint, api_key: 'old' };
    const test_ = { endpoint: 'http://127.0.0.1:1', api_key: 'other' };
    const record = await run('login --profile prod', {
      secret: 'new',
      env: { NOVACRON_ENDPOINT: 'http://127.0.0.1:1', XDG_CONFIG_HOME: '/etc/alice' },
      files: { '/etc/alice/novacron/profiles.json': stored('test', { test: test_, prod }) },
    });
    expect(record.exitCode).toBe(0);
    expect(record.stderr).toContain('warning: NOVACRON_ENDPOINT is set and overrides the profile');
    expect(record.written).toEqual({
      '/etc/alice/novacron/profiles.json': stored('prod', {
        test: test_,
        prod: { ...prod, api_key: 'new' },
      }),
    });
  });

  test('keeps nothing when the server refuses the key', async () => {
    await server.close();
    server = await startFakeServer({
      'identity.whoami': () => ({ problem: sampleDocument('unauthenticated') }),
    });
    const record = await run('login', {
      secret: 'nova_secret',
      env: { NOVACRON_ENDPOINT: server.endpoint },
    });
    expect(record).toMatchObject({ exitCode: 4, stdout: '', written: {} });
    expect(record.stderr).toContain(
      'what to do: The API key came from standard input. Try harder.',
    );
    expect(record.stderr).not.toContain('nova_secret');
  });

  test('says where the address of a server that is away came from', async () => {
    const record = await run('login', {
      secret: 'a',
      env: { NOVACRON_ENDPOINT: 'http://127.0.0.1:1' },
    });
    expect(record).toMatchObject({ exitCode: 3, written: {} });
    expect(record.stderr).toContain(
      'to http://127.0.0.1:1 (NOVACRON_ENDPOINT): connection refused',
    );
  });

  test.each([
    [
      { secret: '\n' },
      2,
      'standard input contains no API key; use --api-key-file FILE to read a file',
    ],
    [{ secret: 'a b' }, 2, 'standard input is not a valid API key'],
    [{}, 130, 'interrupted\n'],
  ])('refuses input that is not a key: %j', async (world, exitCode, message) => {
    const record = await run(`login --endpoint ${server.endpoint}`, world);
    expect(record).toMatchObject({ exitCode, stdout: '', written: {} });
    expect(record.stderr).toContain(message);
    expect(server.calls).toEqual([]);
  });

  test('names the file that it cannot write', async () => {
    const record = await run(`login --endpoint ${server.endpoint}`, {
      secret: 'a',
      env: { XDG_CONFIG_HOME: '/read-only' },
    });
    expect(record.exitCode).toBe(2);
    expect(record.stderr).toContain(
      'cannot write the profiles to /read-only/novacron/profiles.json: EROFS',
    );
  });
});

describe('novacron logout', () => {
  const profile = { endpoint: 'http://127.0.0.1:1', api_key: 'a' };

  test('forgets the profile in use', async () => {
    const files = { [FILE]: stored('prod', { prod: profile, test: profile }) };
    const record = await run('logout', { files });
    expect(record.written).toEqual({ [FILE]: stored(null, { test: profile }) });
  });

  test('forgets another one, and the one in use stays', async () => {
    const files = { [FILE]: stored('prod', { prod: profile, test: profile }) };
    const record = await run('logout', { files, env: { NOVACRON_PROFILE: 'test' } });
    expect(record.written).toEqual({ [FILE]: stored('prod', { prod: profile }) });
  });

  test('has nothing to forget before the first login', async () => {
    const record = await run('logout');
    expect(record).toMatchObject({ exitCode: 2, written: {} });
    expect(record.stderr).toContain('no current profile; run `novacron login`');
  });
});

describe('the server and the key of a command', () => {
  /** Each of flag, environment, profile: given or not, and what counts then. */
  test.each([
    ['--endpoint SERVER --api-key flag', { NOVACRON_API_KEY: 'env' }, 'none', 'Bearer flag'],
    ['--endpoint SERVER', { NOVACRON_API_KEY: 'env' }, 'prod', 'Bearer env'],
    ['', { NOVACRON_ENDPOINT: 'SERVER', NOVACRON_API_KEY: 'env' }, 'other', 'Bearer env'],
    ['', { NOVACRON_API_KEY: 'env' }, 'prod', 'Bearer env'],
    ['', {}, 'prod', 'Bearer prod'],
    ['', { NOVACRON_PROFILE: 'prod' }, 'other', 'Bearer prod'],
    ['--profile prod', { NOVACRON_PROFILE: 'other' }, 'other', 'Bearer prod'],
    ['--profile prod --api-key flag', {}, 'other', 'Bearer flag'],
    ['--profile prod', { NOVACRON_ENDPOINT: 'http://127.0.0.1:1' }, 'other', 'Bearer prod'],
    ['--profile prod', { NOVACRON_API_KEY: 'env' }, 'other', 'Bearer prod'],
    ['--profile other --endpoint SERVER', {}, 'prod', 'Bearer other'],
    ['--endpoint SERVER', {}, 'prod', 'Bearer prod'],
    ['--endpoint SERVER', {}, 'other', undefined],
    ['', { NOVACRON_ENDPOINT: 'SERVER' }, 'other', undefined],
  ])('with "%s", %j and the profile %s in use: %s', async (flags, env, current, authorization) => {
    const files = {
      [FILE]: stored(current === 'none' ? null : current, {
        prod: { endpoint: server.endpoint, api_key: 'prod' },
        other: { endpoint: 'http://127.0.0.1:1', api_key: 'other' },
      }),
    };
    const line = `whoami ${flags}`.trim().replace('SERVER', server.endpoint);
    const filled = Object.entries(env).map(([name, value]) => [
      name,
      value.replace('SERVER', server.endpoint),
    ]);
    const { exitCode } = await run(line, { files, env: Object.fromEntries(filled) });
    expect(exitCode).toBe(0);
    expect(server.calls[0]?.headers.authorization).toBe(authorization);
  });

  test('are distinguished when the key of one server is not sent to another', async () => {
    await server.close();
    server = await startFakeServer({
      'identity.whoami': () => ({ problem: sampleDocument('unauthenticated') }),
    });
    const files = {
      [FILE]: stored('prod', { prod: { endpoint: 'https://novacron.example', api_key: 'a' } }),
    };
    const record = await run(`whoami --endpoint ${server.endpoint}`, { files });
    expect(record.exitCode).toBe(4);
    expect(record.stderr).toContain(
      'The API key of the profile prod is for https://novacron.example and was not sent.',
    );
  });

  test('come with the name of the profile that is wrong', async () => {
    const files = { [FILE]: stored('prod', { prod: { endpoint: 'nowhere', api_key: 'a' } }) };
    const record = await run('whoami', { files });
    expect(record.exitCode).toBe(2);
    expect(record.stderr).toContain('the endpoint "nowhere" (the profile prod) must begin with');
    const away = stored('prod', { prod: { endpoint: 'http://127.0.0.1:1', api_key: 'a' } });
    const other = await run('whoami', { files: { [FILE]: away } });
    expect(other.stderr).toContain('to http://127.0.0.1:1 (the profile prod): connection');
  });

  test('need no profile where both are given, however broken the profiles are', async () => {
    const files = { [FILE]: '{ "profiles": { "prod": "nova_secret" } }' };
    const given = await run(`whoami --endpoint ${server.endpoint} --api-key a`, { files });
    expect(given.exitCode).toBe(0);
    const { exitCode, stderr } = await run('whoami', { files });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`cannot read the profiles in ${FILE}: it is damaged; fix or`);
    expect(stderr).not.toContain('nova_secret');
  });

  test('are none at first, in words', async () => {
    const { exitCode, stdout, stderr } = await run('profile list');
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'No profiles found.\n',
    });
  });

  test.each(['{', '[]', '{"profiles":{"a":{}}}'])('cannot come from %s', async (text) => {
    const { exitCode, stderr } = await run('profile list', { files: { [FILE]: text } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('it is damaged');
  });
});
