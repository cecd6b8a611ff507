/** Agents with certificates on a real nats-server that asks for them: what each may do there. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import {
  AGENT_ANSWERS,
  ANY_NODE,
  announceSubject,
  answerSubject,
  commandSubject,
  completionSubject,
  consoleSubject,
  guestSubject,
  healthSubject,
  inspectSubject,
  poolHeartbeatSubject,
} from '@novacron/contract/agent/agent-subjects';
import { inboxPrefixOf } from '@novacron/contract/agent/enrollment';
import type { Logger } from '@novacron/runtime/logger';
import { readConfig } from '@novacron/server/config';
import { type RunningServer, startServer } from '@novacron/server/main';
import {
  prepareIdentity,
  renewIdentity,
} from '../../server/agent/src/identity/prepare-identity.ts';
import { sendWithReply } from '../../server/bus/src/test-kit/send-with-reply.ts';
import { certificateIn, keyIn } from '../support/services/certificate-files.ts';
import { makeCertificate } from '../support/services/make-certificate.ts';
import {
  checkNatsConfiguration,
  type NatsServer,
  startNats,
} from '../support/services/start-nats.ts';
import { waitUntil } from '../support/src/wait-until.ts';

const START_MS_MAX = 60_000;
const PATIENCE = { timeoutMs: 5_000 };

const ignore = (): void => undefined;
const logger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let directory: string;
let server: RunningServer;
let nats: NatsServer;
let key: string;
let busServers: string;
let caFile: string;
const opened: Bus[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-enrolled-'));
  const config = readConfig(
    ['--listen', '127.0.0.1:0', '--data-dir', join(directory, 'server')],
    {},
  );
  if (!config.ok || config.value.kind !== 'start') throw new Error('no configuration');
  const started = await startServer(config.value.config, logger);
  if (!started.ok) throw new Error(started.error.detail);
  server = started.value;
  key = server.firstKey ?? '';
  const tlsDir = join(directory, 'nats');
  mkdirSync(tlsDir);
  makeCertificate(tlsDir, { host: 'DNS:localhost', identity: undefined });
  caFile = certificateIn(tlsDir);
}, START_MS_MAX);

afterAll(async () => {
  for (const bus of opened) await bus.close();
  await nats?.remove();
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${server.url}/api/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

/** Enrolls a node as an admin, then prepares the identity of its agent. */
async function enroll(node: string): Promise<string> {
  const { secret } = await call('POST', '/enrollments', { node });
  const dataDir = join(directory, node);
  const made = await prepareIdentity({
    dataDir,
    kind: 'node',
    node,
    minVersion: 'TLSv1.3',
    logger,
    clock: { nowMs: () => Date.now() },
    order: { token: String(secret), server: server.url, serverCa: undefined },
  });
  if (!made.ok || made.value === undefined) throw new Error(JSON.stringify(made));
  return made.value.file;
}

async function writeText(path: string, file: string): Promise<string> {
  const { text } = await call('GET', path);
  writeFileSync(join(directory, 'nats', file), String(text));
  return join(directory, 'nats', file);
}

async function openBus(file: string, node?: string): Promise<{ bus: Bus; complaints: string[] }> {
  const complaints: string[] = [];
  const bus = await openNatsBus({
    servers: busServers,
    tls: { caFile, certFile: file, keyFile: file },
    ...(node === undefined
      ? { answers: [AGENT_ANSWERS] }
      : { inboxPrefix: inboxPrefixOf(node), retainedSubjects: [] }),
    onFault: (_subject, cause) => complaints.push(String(cause)),
  });
  if (!bus.ok) throw new Error(bus.error.detail);
  opened.push(bus.value);
  return { bus: bus.value, complaints };
}

describe('a message bus that asks for certificates', () => {
  let serverBus: Bus;
  let agentA: { bus: Bus; complaints: string[] };
  let fileA: string;

  beforeAll(async () => {
    fileA = await enroll('node-a');
    await enroll('node-b');
    await writeText('/bus/authority', 'novacron-ca.crt');
    const config = await writeText(
      `/bus/configuration?tls_dir=${join(directory, 'nats')}`,
      'nats.conf',
    );
    nats = await startNats({ args: ['-c', config] });
    busServers = nats.url.replace('nats://127.0.0.1', 'tls://localhost');
    // A server on this bus, with the same data directory: it has signed for itself by then.
    await server.stop();
    const argv = ['--listen', '127.0.0.1:0', '--data-dir', join(directory, 'server')];
    const read = readConfig([...argv, '--bus', busServers, '--bus-ca', caFile], {});
    if (!read.ok || read.value.kind !== 'start') throw new Error('no configuration');
    const again = await startServer(read.value.config, logger);
    if (!again.ok) throw new Error(again.error.detail);
    server = again.value;
    serverBus = (await openBus(join(directory, 'server', 'bus.pem'))).bus;
    agentA = await openBus(fileA, 'node-a');
  }, START_MS_MAX);

  test('stores keys readable by their owner only', () => {
    for (const file of [fileA, join(directory, 'server', 'bus.pem')]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8')).toContain('PRIVATE KEY');
    }
  });

  test(
    'refuses clients without a certificate, or with one of another authority',
    async () => {
      const own = join(directory, 'nats');
      for (const tls of [
        { caFile },
        { caFile, certFile: certificateIn(own), keyFile: keyIn(own) },
      ]) {
        expect(await openNatsBus({ servers: busServers, tls, retainedSubjects: [] })).toMatchObject(
          {
            ok: false,
          },
        );
      }
    },
    START_MS_MAX,
  );

  test('lets an agent speak and answer for its own node', async () => {
    const heard: string[] = [];
    serverBus.subscribe(announceSubject(ANY_NODE), (_message, subject) => heard.push(subject));
    agentA.bus.respond(inspectSubject('node-a'), async () => ({ node: 'node-a' }));
    expect(await agentA.bus.request(inspectSubject('node-a'), {}, PATIENCE)).toMatchObject({
      ok: true,
    });
    expect(await serverBus.request(inspectSubject('node-a'), {}, PATIENCE)).toMatchObject({
      ok: true,
      value: { node: 'node-a' },
    });
    agentA.bus.publish(announceSubject('node-a'), { node: 'node-a' });
    await waitUntil('the announcement', () => heard[0]);
    expect(heard).toEqual([announceSubject('node-a')]);
  });

  test.each([
    ['announce', announceSubject('node-b')],
    ['complete', completionSubject('node-b')],
    ['command', commandSubject('node-b')],
    ['tell events', 'novacron.events'],
  ])('does not let it %s in the name of others', async (_what, subject) => {
    const { bus, complaints } = await openBus(fileA, 'node-a');
    const heard: unknown[] = [];
    serverBus.subscribe(subject, (message) => heard.push(message));
    bus.publish(subject, { node: 'node-b' });
    await waitUntil('the complaint', () => complaints[0]);
    expect(complaints[0]).toMatch(/permissions violation/i);
    expect(heard).toEqual([]);
  });

  test('does not let it answer at subjects of others what it has sent itself', async () => {
    const pem = readFileSync(fileA, 'utf8');
    const options = {
      servers: busServers,
      tls: { ca: readFileSync(caFile, 'utf8'), cert: pem, key: pem },
      inboxPrefix: inboxPrefixOf('node-a'),
    };
    const heard: unknown[] = [];
    const replies = [commandSubject('node-b'), inspectSubject('node-b'), answerSubject('node-b')];
    for (const subject of replies) serverBus.subscribe(subject, (message) => heard.push(message));
    const own = [announceSubject('node-a'), inspectSubject('node-a')];
    const errors = await sendWithReply(options, { own, replies });
    expect(new Set(errors)).toEqual(new Set(['PermissionViolationError']));
    expect(heard).toEqual([]);
  });

  test.each([
    ['consoles', consoleSubject('node-a')],
    ['health checks', healthSubject('node-a')],
    ['guest checks', guestSubject('node-a')],
    ['heartbeats in the storage', poolHeartbeatSubject('node-a')],
  ])('lets it answer %s', async (_what, subject) => {
    const stop = agentA.bus.respond(subject, async () => ({ node: 'node-a' }));
    // The bus may hear of the responder after the first request.
    const answer = await waitUntil('an answer', async () => {
      const found = await serverBus.request(subject, {}, PATIENCE);
      return found.ok ? found.value : undefined;
    });
    expect(answer).toEqual({ node: 'node-a' });
    stop();
  });

  test.each([
    ['commands of another node', commandSubject('node-b')],
    ['answers to another node', `${inboxPrefixOf('node-b')}.x`],
    ['answers to servers', '_INBOX.x.1'],
    ['answers of its own node to servers', `${answerSubject('node-a')}.x.1`],
    ['all events', 'novacron.events'],
  ])('does not let it hear %s', async (_what, subject) => {
    const { bus, complaints } = await openBus(fileA, 'node-a');
    const heard: unknown[] = [];
    bus.subscribe(subject, (message) => heard.push(message));
    await waitUntil('the complaint', () => complaints[0]);
    expect(complaints.join()).toMatch(/permissions violation/i);
    expect(heard).toEqual([]);
  });

  test(
    'carries the beats and leases of an agent that enrolled itself',
    async () => {
      const { secret } = await call('POST', '/enrollments', { node: 'node-c' });
      await writeText(`/bus/configuration?tls_dir=${join(directory, 'nats')}`, 'nats.conf');
      await nats.kill();
      await nats.restart();
      const agent = spawn(process.execPath, [
        join(__dirname, '../../server/cli/bin/novacron.mjs'),
        'agent',
        '--node',
        'node-c',
        '--zone',
        'zone-a',
        '--rack',
        'rack-1',
        '--cpu-cores',
        '8',
        '--memory-gb',
        '16',
        '--disk-gb',
        '100',
        '--data-dir',
        join(directory, 'agent-c'),
        '--bus',
        busServers,
        '--bus-ca',
        caFile,
        '--enroll',
        String(secret),
        '--server',
        server.url,
      ]);
      let output = '';
      agent.stdout.on('data', (bytes: Buffer) => {
        output += bytes.toString();
      });
      agent.stderr.on('data', (bytes: Buffer) => {
        output += bytes.toString();
      });
      try {
        await waitUntil('the agent', () =>
          output.includes('is ready: node-c') ? 'yes' : undefined,
        );
        await waitUntil('its node', async () => {
          const { items } = await call('GET', '/nodes?name=node-c');
          return JSON.stringify(items).includes('"ready"') ? 'yes' : undefined;
        });
      } catch (cause) {
        throw new Error(output, { cause });
      } finally {
        const ended = new Promise((resolve) => agent.once('exit', resolve));
        agent.kill('SIGTERM');
        await ended;
      }
    },
    START_MS_MAX,
  );
});

describe('the certificate of an agent', () => {
  const DAY_MS = 86_400_000;
  const partsOf = (node: string, afterDays: number) => ({
    dataDir: join(directory, 'node-a'),
    kind: 'node' as const,
    node,
    minVersion: 'TLSv1.3' as const,
    logger,
    clock: { nowMs: () => Date.now() + afterDays * DAY_MS },
    order: undefined,
  });

  test('is renewed with a new key when two thirds of its life are over, not before', async () => {
    const file = join(directory, 'node-a', 'identity', 'node.pem');
    const address = { server: server.url };
    const before = readFileSync(file, 'utf8');
    // The server has another port since; an operator would have kept it.
    writeFileSync(file, before.replace(/"server":"[^"]*"/, JSON.stringify(address).slice(1, -1)));
    const kept = readFileSync(file, 'utf8');
    expect(await renewIdentity(partsOf('node-a', 19))).toEqual({ ok: true, value: 'not due' });
    expect(readFileSync(file, 'utf8')).toBe(kept);
    expect(await renewIdentity(partsOf('node-a', 21))).toEqual({ ok: true, value: 'renewed' });
    const after = readFileSync(file, 'utf8');
    const keyIn = (text: string) => /PRIVATE KEY-----([^-]+)/.exec(text)?.[1];
    expect(keyIn(after)).not.toBe(keyIn(before));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await openBus(file, 'node-a');
  });

  test('is found again without a token, for its own node, until it expires', async () => {
    const detailOf = async (node: string, afterDays: number) => {
      const found = await prepareIdentity(partsOf(node, afterDays));
      return found.ok ? found.value?.node : found.error.detail;
    };
    expect(await detailOf('node-a', 1)).toBe('node-a');
    expect(await detailOf('node-b', 1)).toBe(
      'The data directory belongs to the agent of node node-a, not of node-b.',
    );
    expect(await detailOf('node-a', 31)).toBe('The certificate of node node-a has expired.');
  });

  test('is not available when no server answers, which is reported', async () => {
    const order = { token: `nce_${'A'.repeat(43)}`, serverCa: undefined };
    const found = await prepareIdentity({
      ...partsOf('node-z', 0),
      dataDir: join(directory, 'node-z'),
      order: { ...order, server: 'http://127.0.0.1:1' },
    });
    expect(found).toMatchObject({
      error: {
        detail: expect.stringMatching(/^The server http:..127.0.0.1:1 issued no certificate: /),
      },
    });
    const refused = await prepareIdentity({
      ...partsOf('node-z', 0),
      dataDir: join(directory, 'node-z'),
      order: { ...order, server: server.url },
    });
    expect(refused).toMatchObject({
      error: { detail: 'The enrollment token is not known to this server.' },
    });
  });
});

test('its configuration is one that nats-server takes', () => {
  const config = join(directory, 'nats', 'nats.conf');
  expect(() => checkNatsConfiguration(config)).not.toThrow();
});
