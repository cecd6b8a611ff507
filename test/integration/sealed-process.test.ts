/** Files of a running server on disk, and the handling of its sealing key. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import { waitUntil } from '@novacron/testing/wait-until';
import { dumpDatabase } from '../support/services/dump-database.ts';
import { type PostgresServer, startPostgres } from '../support/services/start-postgres.ts';
import {
  launchServerProcess,
  runNovacron,
  type ServerProcess,
  startServerProcess,
} from './test-kit/start-server-process.ts';

jest.setTimeout(120_000);

const MARKER = 'quokka_in_the_policy';
const RULE = `package novacron\n\n# ${MARKER}\nallow if input.resource.name != "${MARKER}"\n`;

let folder: string;
let server: ServerProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-sealed-'));
});

afterEach(async () => {
  await server?.kill();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const dataDir = () => join(folder, 'data');
const keyFile = () => join(dataDir(), 'sealing.key');

async function start(flags: readonly string[] = []): Promise<ReturnType<typeof callAs>> {
  server = await startServerProcess(dataDir(), flags);
  return callAs(server.url, join(dataDir(), 'admin.key'));
}

function callAs(url: string, adminKeyFile: string) {
  const { call } = createClient(createHttpCarrier(url, readFileSync(adminKeyFile, 'utf8').trim()));
  return call;
}

async function stop(): Promise<void> {
  await server?.stop();
  server = undefined;
}

/** A policy that was made, and changed by Terraform: it is in the audit log and has a baseline. */
async function makePolicy(call: ReturnType<typeof callAs>): Promise<string> {
  const made = await call('policy.create', { name: 'P', type: 'access', rule: RULE });
  if (!made.ok) throw new Error(made.error.detail);
  const { id } = made.value.resource;
  const changed = await call(
    'policy.update',
    { id, rule: `${RULE}# again ${MARKER}\n` },
    { client: 'terraform' },
  );
  if (!changed.ok) throw new Error(changed.error.detail);
  return id;
}

/** Refuses to start, and says why. */
async function refusal(flags: readonly string[] = []): Promise<string> {
  const launched = launchServerProcess(dataDir(), flags);
  await expect(launched.ready()).rejects.toThrow('the server has ended');
  return (await launched.kill()).stderr;
}

describe('a server with the embedded store', () => {
  test('leaves no text of a policy in any file, while it runs and afterwards', async () => {
    const call = await start();
    const id = await makePolicy(call);
    const grep = () =>
      readdirSync(dataDir(), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => readFileSync(path).includes(MARKER));
    expect(readdirSync(dataDir())).toContain('novacron.db-wal');
    expect(grep()).toEqual([]);
    await stop();
    expect(grep()).toEqual([]);
    const again = await start();
    const found = await again('policy.get', { id });
    expect(found.ok && found.value.rule).toContain(MARKER);
    const audit = await again('audit.list', {});
    expect(audit.ok && JSON.stringify(audit.value.items)).toContain(MARKER);
    expect(await again('audit.verify', {})).toMatchObject({ ok: true });
    const drift = await again('drift.report', {});
    expect(drift).toMatchObject({ ok: true, value: { items: [] } });
  });

  test('does not start without its key, with another one, or with what is none', async () => {
    await start();
    await stop();
    const kept = join(folder, 'kept.key');
    renameSync(keyFile(), kept);
    const before = readFileSync(join(dataDir(), 'novacron.db'));
    expect(await refusal()).toMatch(
      /the key \w{16}, and there is no key in .+ .+ made in .+sealing\.key\.\nServers/,
    );
    writeFileSync(keyFile(), randomBytes(32).toString('base64'));
    expect(await refusal()).toMatch(/sealing\.key holds \w{16} instead/);
    writeFileSync(keyFile(), 'password');
    expect(await refusal()).toContain('key 1 is not 32 bytes in base64 or hex');
    expect(await refusal(['--sealing-key-file', join(folder, 'none')])).toMatch(
      /The sealing key cannot be read from .+ENOENT.+\n.*openssl rand -base64 32 > /,
    );
    expect(await refusal(['--sealing-key', 'geheim'])).toContain('list of processes');
    expect(readFileSync(join(dataDir(), 'novacron.db')).equals(before)).toBe(true);
    copyFileSync(kept, keyFile());
    await start();
  });

  test('warns at its start of a sealing key that other users can read', async () => {
    await start(['--log-level', 'warn']);
    expect((await server?.stop())?.stderr).toBe('');
    chmodSync(keyFile(), 0o644);
    await start(['--log-level', 'warn']);
    const [line = ''] = (await server?.stop())?.stderr.split('\n') ?? [];
    expect(JSON.parse(line)).toMatchObject({
      level: 40,
      path: keyFile(),
      mode: '644',
      remedy: `chmod 600 ${keyFile()}`,
      msg: 'a file with a secret is open to other users',
    });
    server = undefined;
  });

  test('is sealed with a new key while it serves, after which the old one can go', async () => {
    const id = await makePolicy(await start());
    await stop();
    const old = readFileSync(keyFile(), 'utf8');
    const made = randomBytes(32).toString('base64');
    writeFileSync(keyFile(), `${made}\n${old}`);
    const call = await start();
    await waitUntil('the old key not to be needed', async () => {
      const keys = await call('sealing_key.list', {});
      if (!keys.ok) throw new Error(keys.error.detail);
      return keys.value.items.some(({ state }) => state === 'not-needed') || undefined;
    });
    await stop();
    writeFileSync(keyFile(), made);
    const again = await start();
    const found = await again('policy.get', { id });
    expect(found.ok && found.value.rule).toContain(MARKER);
    expect(await again('sealing_key.list', {})).toMatchObject({
      value: { items: [{ state: 'seals', presence: 'here', tables_left: [] }] },
    });
  });
});

describe('servers on PostgreSQL', () => {
  let postgres: PostgresServer;
  let flags: readonly string[];
  let url: string;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.remove());
  beforeEach(async () => {
    url = await postgres.createDatabase();
    flags = ['--store', url];
  });

  test('leave no text of a policy in a dump of the database', async () => {
    const id = await makePolicy(await start(flags));
    const dump = dumpDatabase(url);
    expect(dump).toContain(id);
    expect(dump).not.toContain(MARKER);
  });

  test('make one key between them; the others start once they have it', async () => {
    const dirs = ['a', 'b', 'c'].map((name) => join(folder, name));
    const bus = ['--bus', 'memory'];
    const first = dirs.map((dir) => launchServerProcess(dir, [...flags, ...bus]));
    const starts = await Promise.allSettled(first.map(({ ready }) => ready()));
    const ends = await Promise.all(first.map(({ kill }) => kill()));
    const said = ends.map(({ stderr }) => stderr).filter((text) => text.includes('encrypted with'));
    const keys = dirs.filter((dir) => readdirSync(dir).includes('sealing.key'));
    expect({ started: starts.filter(({ status }) => status === 'fulfilled').length, keys }).toEqual(
      {
        started: 1,
        keys: [expect.any(String)],
      },
    );
    expect(said).toHaveLength(2);
    expect(said[0]).toContain(`It was made in ${join(keys[0] ?? '', 'sealing.key')} on `);
  });

  test('have a policy disabled past them with --store, and their backup is pg_dump', async () => {
    const call = await start(flags);
    const made = await call('policy.create', {
      name: 'Lockout',
      type: 'access',
      rule: 'package novacron\n\nallow if false\n',
    });
    expect(made).toMatchObject({ ok: true });
    const network = { name: 'n', cidr: '10.0.0.0/16' };
    expect(await call('network.create', network)).toMatchObject({
      error: { code: 'policy-denied' },
    });
    const place = ['--data-dir', dataDir()];
    const disable = ['policy', 'disable', 'Lockout', '--break-glass', '--store', url];
    expect(await runNovacron([...disable, ...place])).toMatchObject({
      code: 0,
      stdout: 'The policy Lockout is disabled. The audit log says who did it.\n',
    });
    expect(await call('network.create', network)).toMatchObject({ ok: true });
    const environment = { NOVACRON_STORE: url };
    const backup = await runNovacron(['backup', ...place, '--to', join(folder, 'b')], environment);
    expect(backup).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /PostgreSQL database, which is not in its data dir(?:.|\n)+pg_dump/,
      ),
    });
    const elsewhere = ['--data-dir', join(folder, 'new'), '--from', join(folder, 'b')];
    expect(await runNovacron(['restore', ...elsewhere], environment)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/PostgreSQL database(?:.|\n)+pg_restore/),
    });
  });
});
