/** `novacron server doctor` on real services: what it finds, and that it changes nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { silentLogger } from '@novacron/runtime/logger';
import { readConfig } from '@novacron/server/config';
import { startServer } from '@novacron/server/main';
import { runDoctor } from '@novacron/server/run-doctor';
import { certificateIn, keyIn } from '../../support/services/certificate-files.ts';
import { makeCertificate } from '../../support/services/make-certificate.ts';
import { type NatsServer, startNats } from '../../support/services/start-nats.ts';
import {
  type PostgresServer,
  runSql,
  startPostgres,
} from '../../support/services/start-postgres.ts';

/** Some tests start a server. */
jest.setTimeout(60_000);

let folder: string;
let postgres: PostgresServer;
let nats: NatsServer;
let store: string;
let flags: readonly string[];

beforeAll(async () => {
  [postgres, nats] = await Promise.all([
    startPostgres({ settings: { max_connections: '20' } }),
    startNats(),
  ]);
});

afterAll(async () => {
  await postgres.remove();
  await nats.remove();
});

beforeEach(async () => {
  // On a disk: the doctor warns of directories in memory.
  folder = mkdtempSync(join(process.env.NOVACRON_DISK_DIR ?? tmpdir(), 'novacron-doctor-'));
  store = await postgres.createDatabase();
  flags = ['--data-dir', folder, '--listen', '127.0.0.1:0', '--store', store, '--bus', nats.url];
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function examine(...more: readonly string[]) {
  let text = '';
  let errors = '';
  const code = await runDoctor(
    [...flags, ...more],
    {},
    {
      stdout: { write: (written) => (text += written) },
      stderr: { write: (written) => (errors += written) },
    },
  );
  return {
    code,
    text,
    errors,
    troubles: text.split('\n').filter((line) => !line.startsWith('ok')),
  };
}

/** Runs a server to its end, so that the store has its tables and its key. */
async function runServerOnce(during: () => Promise<void> = async () => undefined): Promise<void> {
  const read = readConfig(flags, {});
  if (!read.ok || read.value.kind !== 'start') throw new Error(JSON.stringify(read));
  const started = await startServer(read.value.config, silentLogger);
  if (!started.ok) throw new Error(started.error.detail);
  await during();
  await started.value.stop();
}

test('finds that a server can start, and leaves no trace', async () => {
  const { code, text } = await examine();
  expect(code).toBe(0);
  expect(text).toMatch(/^ok {6}store: it is new: the first server makes its tables$/m);
  expect(text).toMatch(/^ok {6}PostgreSQL: release [\d.]+, 1\d connections are left$/m);
  expect(text).toMatch(/^ok {6}clock: it is 0[.]\d s (?:behind|ahead of) that of PostgreSQL$/m);
  expect(text).toMatch(/^ok {6}message bus: 127[.]0[.]0[.]1:\d+ answers$/m);
  expect(text).toMatch(/^A server can start here[.]$/m);
  expect(
    await runSql(store, 'select tablename from pg_tables where schemaname = $$public$$'),
  ).toEqual([]);
});

test('knows the store of a server that runs, and its key', async () => {
  await runServerOnce(async () => {
    const { code, text, troubles } = await examine();
    expect(text).toMatch(/^ok {6}lock: a server runs$/m);
    expect(text).toMatch(/^ok {6}store: it can be opened, and has the schema of this release$/m);
    expect(text).toMatch(/^ok {6}sealing key: it opens the store$/m);
    expect(troubles).toEqual([
      expect.stringMatching(/^limited PostgreSQL: .* connections are left; one more server needs/),
      'A server can start here, with 1 limited.',
      '',
    ]);
    expect(code).toBe(0);
  });
});

test('names a sealing key that is another than that of the store, and a newer schema', async () => {
  await runServerOnce();
  writeFileSync(join(folder, 'sealing.key'), `${Buffer.alloc(32, 9).toString('base64')}\n`);
  const other = await examine();
  expect(other.code).toBe(1);
  expect(other.troubles[0]).toMatch(/^missing sealing key: .*; no server starts -> /);
  await runSql(store, "insert into schema_migrations (name) values ('9999-later')");
  const newer = await examine();
  expect(newer.troubles[0]).toMatch(/^missing store: .*newer release.*9999-later.* -> Start the/);
});

test('names what is away or in use, each with what mends it', async () => {
  await nats.kill();
  flags = [...flags, '--store', postgres.urlOf('nowhere')];
  // The port of PostgreSQL is one that another program listens on.
  const { code, troubles } = await examine('--health-listen', `127.0.0.1:${postgres.port}`);
  expect(troubles).toEqual([
    expect.stringMatching(/^missing store: .* does not exist; no server starts -> Create it/),
    expect.stringMatching(/^missing message bus: .*; a server waits for it -> Start nats-server/),
    expect.stringMatching(/^missing health address: Another program already listens .* -> Stop/),
    'No server can start here: 3 missing.',
    '',
  ]);
  expect(code).toBe(1);
  await nats.restart();
});

test('refuses the first key of a store that has others, as a server does', async () => {
  const file = join(folder, 'first.key');
  const chosen = ['--bootstrap-admin-key-file', file];
  writeFileSync(file, `ncr_${'kN3vXq8ZbT5wLr2y'.repeat(3).slice(0, 43)}`, { mode: 0o600 });
  expect((await examine(...chosen)).code).toBe(0);
  await runServerOnce();
  const { code, text } = await examine(...chosen);
  expect(text).toMatch(
    /^missing first admin key: The store has API keys .* -> Remove the setting/m,
  );
  expect(code).toBe(1);
});

test.each([
  ['a file', __filename, /\.ts is not a directory; no server starts -> name another directory/],
  // Only root may write there, and there is no room for root either.
  ['full', '/proc/novacron', /: 0 MB are free; no server|is not writable/],
])('looks no further into a data directory that is %s', async (_, path, says) => {
  const { code, troubles } = await examine('--store', 'sqlite', '--data-dir', path);
  expect(troubles[0]).toMatch(/^missing data directory: /);
  expect(troubles[0]).toMatch(says);
  expect(code).toBe(1);
});

test('says of a certificate whom it names, until when, and loudly when it is over', async () => {
  makeCertificate(folder, { host: 'IP:127.0.0.1', identity: undefined });
  const tls = ['--tls-cert', certificateIn(folder), '--tls-key', keyIn(folder)];
  const soon = await examine(...tls);
  expect(soon.troubles[0]).toMatch(
    /^limited certificate: it names IP Address:127[.]0[.]0[.]1, until .* GMT; clients /,
  );
  const nowMs = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(nowMs + 3 * 86_400_000);
  const over = await examine(...tls);
  expect(over.text).toMatch(
    /^limited certificate: it EXPIRED on .* GMT; clients refuse to connect/m,
  );
  expect(over.text).toMatch(/^limited clock: it is 259\d{3}[.]\d s ahead of that of PostgreSQL; /m);
  jest.restoreAllMocks();
  makeCertificate(folder, { host: 'IP:127.0.0.1', identity: undefined });
  const other = await examine('--tls-cert', certificateIn(folder), '--tls-key', join(folder, 'x'));
  expect(other).toMatchObject({ code: 2, errors: expect.stringContaining('--tls-key') });
});

test('writes a document for programs', async () => {
  const { code, text } = await examine('--json');
  expect(JSON.parse(text)).toMatchObject({
    can_start: 'yes',
    checks: expect.arrayContaining([
      expect.objectContaining({ name: 'store', state: 'ok', cost: null, remedy: null }),
    ]),
  });
  expect(code).toBe(0);
});
