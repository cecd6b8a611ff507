/** Servers that start before PostgreSQL and NATS, and stop behind a load balancer. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import { readConfig } from '@novacron/server/config';
import { type RunningServer, startServer } from '@novacron/server/main';
import { waitUntil } from '@novacron/testing/wait-until';
import { certificateIn, keyIn } from '../../support/services/certificate-files.ts';
import { makeCertificate } from '../../support/services/make-certificate.ts';
import { findFreePort } from '../../support/services/own-process.ts';
import { type NatsServer, startNats } from '../../support/services/start-nats.ts';
import {
  type PostgresServer,
  runSql,
  startPostgres,
} from '../../support/services/start-postgres.ts';

/** Several starts, of which some wait for seconds. */
jest.setTimeout(60_000);

const KEY = 'ncr_7mJ2xQv9LbT4wYc8RkZ1NfHs3DgEp6UaOiVdXeGhKlM';
const OTHER_KEY = 'ncr_Q1w2E3r4T5y6U7i8O9p0AsDfGhJkLzXcVbNm_-1234x';

let folder: string;
let postgres: PostgresServer;
let nats: NatsServer;
let store: string;
const begun: Pick<Begun, 'started' | 'stop'>[] = [];

beforeAll(async () => {
  [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
});

afterAll(async () => {
  await postgres.remove();
  await nats.remove();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-starting-'));
  store = (await postgres.createDatabase()).replace('novacron@', 'novacron:geheim@');
});

afterEach(async () => {
  for (const { started, stop } of begun.splice(0)) {
    stop.abort();
    const server = await started;
    if (server.ok) await server.value.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Begun {
  readonly url: string;
  readonly healthUrl: string;
  readonly log: readonly string[];
  readonly stop: AbortController;
  readonly started: Promise<Result<RunningServer, Problem>>;
}

/** Begins to start a server, and waits for nothing. */
async function begin(name: string, flags: readonly string[] = []): Promise<Begun> {
  const [port, healthPort] = [await findFreePort(), await findFreePort()];
  const place = ['--data-dir', join(folder, name), '--listen', `127.0.0.1:${port}`];
  const health = ['--health-listen', `127.0.0.1:${healthPort}`, '--sealing-key-file'];
  const sealing = join(folder, 'sealing.key');
  writeFileSync(sealing, `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
  const links = ['--store', store, '--bus', nats.url];
  const read = readConfig([...place, ...health, sealing, ...links, ...flags], {});
  if (!read.ok || read.value.kind !== 'start') throw new Error(JSON.stringify(read));
  const log: string[] = [];
  const note = (fields: object, text: string) => {
    log.push(`${text} ${JSON.stringify(fields)}`);
  };
  const logger: Logger = { debug: () => undefined, info: note, warn: note, error: note };
  const stop = new AbortController();
  const started = startServer(read.value.config, logger, { stop: stop.signal });
  begun.push({ started, stop });
  return {
    url: `http://127.0.0.1:${port}`,
    healthUrl: `http://127.0.0.1:${healthPort}`,
    log,
    stop,
    started,
  };
}

async function ask(url: string) {
  const answer = await fetch(url);
  const body: unknown = await answer.json();
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body };
}

function untilReadyzSays(url: string, status: number, expected: object): Promise<true> {
  return waitUntil(`/readyz to say ${JSON.stringify(expected)}`, async () => {
    expect(await ask(`${url}/readyz`)).toMatchObject({ status, body: expected });
    return true as const;
  });
}

test('waits for PostgreSQL and then for NATS, alive and not ready, and starts', async () => {
  await postgres.kill();
  await nats.kill();
  const { url, healthUrl, log, started } = await begin('a');
  const waiting = { detail: 'The server is starting: it waits for PostgreSQL.' };
  for (const each of [url, healthUrl]) {
    await untilReadyzSays(each, 503, waiting);
    expect(await ask(`${each}/healthz`)).toMatchObject({ status: 200, body: { status: 'alive' } });
  }
  expect(await ask(`${url}/api/v2/nodes`)).toMatchObject({
    status: 503,
    retryAfter: '1',
    body: { ...waiting, code: 'unavailable' },
  });
  expect(log.join('\n')).toMatch(
    /PostgreSQL is unavailable: trying again .*The store on 127[.]0[.]0[.]1:\d+\/test_\d+ cannot/,
  );
  expect(log.join('\n')).not.toContain('geheim');
  await postgres.restart();
  await untilReadyzSays(url, 503, { detail: 'The server is starting: it waits for NATS.' });
  await nats.restart();
  expect(await started).toMatchObject({ ok: true, value: { url } });
  await untilReadyzSays(url, 200, { status: 'ready' });
});

test('ends at once when it is asked to stop while it waits', async () => {
  await nats.kill();
  const { url, stop, started } = await begin('a');
  await untilReadyzSays(url, 503, { detail: 'The server is starting: it waits for NATS.' });
  stop.abort();
  expect(await started).toMatchObject({ ok: false });
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  await nats.restart();
});

test('does not wait for what will not come: a missing database', async () => {
  store = postgres.urlOf('nowhere');
  const { started } = await begin('a');
  expect(await started).toMatchObject({
    ok: false,
    error: { remedy: expect.stringContaining('createdb'), data: { reason: 'database-missing' } },
  });
});

test('does not wait for what will not come: another password', async () => {
  const rules = join(postgres.directory, 'data', 'pg_hba.conf');
  const before = readFileSync(rules);
  await runSql(postgres.urlOf('postgres'), "create role locked login password 'right'");
  writeFileSync(rules, `host all locked 127.0.0.1/32 scram-sha-256\n${before}`);
  await postgres.kill();
  await postgres.restart();
  store = store.replace('novacron:geheim@', 'locked:wrong@');
  const { started, log } = await begin('a');
  expect(await started).toMatchObject({
    ok: false,
    error: {
      remedy: expect.stringContaining('Check user and password in the URL and pg_hba.conf'),
      data: { reason: 'access-denied' },
    },
  });
  expect(log).toEqual([]);
});

test('says that the message bus is away, and no longer when it is back', async () => {
  const { url, healthUrl, started } = await begin('a');
  await started;
  const detail = 'The message bus is away: no command reaches an agent, and no node is heard.';
  const away = expect.arrayContaining([expect.objectContaining({ detail })]);
  await nats.kill();
  await untilReadyzSays(url, 200, { degraded: away });
  await untilReadyzSays(healthUrl, 200, { degraded: away });
  await nats.restart();
  await untilReadyzSays(url, 200, { degraded: expect.not.arrayContaining([{ detail }]) });
});

test('serves on while it says that it stops', async () => {
  const { url, healthUrl, started } = await begin('a');
  const server = await started;
  if (server.ok) server.value.retire();
  for (const each of [url, healthUrl]) {
    await untilReadyzSays(each, 503, { detail: 'The server is stopping.' });
  }
  expect(await ask(`${url}/api/v2/nodes`)).toMatchObject({ status: 401 });
});

test('serves a renewed certificate, and keeps it when the next one is broken', async () => {
  const identity = undefined;
  makeCertificate(folder, { host: 'IP:127.0.0.1', identity });
  const [cert, key] = [certificateIn(folder), keyIn(folder)];
  const { url, log, started } = await begin('a', ['--tls-cert', cert, '--tls-key', key]);
  await started;
  const first = await serialAt(url);
  makeCertificate(folder, { host: 'IP:127.0.0.1', identity });
  const second = await waitUntil('the new certificate', async () => {
    const serial = await serialAt(url);
    return serial === first ? undefined : serial;
  });
  writeFileSync(cert, 'broken');
  await waitUntil('the error', () => log.join().includes('the former one stays') || undefined);
  expect(await serialAt(url)).toBe(second);
});

/** The serial number of the certificate that a new connection gets. */
async function serialAt(url: string): Promise<string> {
  const socket = connectTls({ port: Number(new URL(url).port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

test('share one admin key that is chosen, print none, and refuse another', async () => {
  const file = join(folder, 'first.key');
  writeFileSync(file, `${KEY}\n`, { mode: 0o600 });
  const chosen = ['--bootstrap-admin-key-file', file];
  const servers = await Promise.all(['a', 'b', 'c'].map((name) => begin(name, chosen)));
  for (const { started } of servers) {
    expect(await started).toMatchObject({ ok: true, value: { firstKey: undefined } });
  }
  expect(await runSql(store, 'select name, role from api_keys')).toEqual([
    { name: 'admin', role: 'admin' },
  ]);
  const headers = { authorization: `Bearer ${KEY}` };
  const [first] = servers;
  expect((await fetch(`${first?.url}/api/v2/nodes`, { headers })).status).toBe(200);
  writeFileSync(file, OTHER_KEY);
  expect(await (await begin('d', chosen)).started).toMatchObject({
    ok: false,
    error: { detail: `The store has API keys already, and the key in ${file} is none of them.` },
  });
});
