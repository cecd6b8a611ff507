/** Connections that send nothing make room for those that do. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import { trustProxies } from './http/client-address.ts';
import { secretOf } from './test-kit/fake-application.ts';
import { type FakeServer, startFakeServer } from './test-kit/start-fake-server.ts';

let fake: FakeServer;
const opened: Socket[] = [];

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await fake.stop();
});

const HALF_A_HEAD = 'GET /healthz HTTP/1.1\r\nHost: x\r\n';

/** A request with a valid key whose body stays behind. */
const HALF_A_BODY = [
  'POST /rpc HTTP/1.1',
  'Host: x',
  `Authorization: Bearer ${secretOf('viewer')}`,
  'Content-Type: application/json',
  'Content-Length: 100',
  '',
  '{',
].join('\r\n');

const HANDSHAKE = [
  'GET /ws HTTP/1.1',
  'Host: x',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];
const HANDSHAKE_WITHOUT_KEY = [...HANDSHAKE, '', ''].join('\r\n');
const HANDSHAKE_WITH_KEY = [
  ...HANDSHAKE,
  `Authorization: Bearer ${secretOf('viewer')}`,
  '',
  '',
].join('\r\n');

/** Opens a connection from one of the addresses of the loopback and sends half a request. */
async function halfOpen(localAddress: string, text = HALF_A_HEAD): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: fake.server.port, localAddress });
  opened.push(socket);
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** A whole request from an address, over a connection of its own. */
function ask(localAddress: string, path = '/healthz', headers = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { port } = fake.server;
    const options = { host: '127.0.0.1', port, path, localAddress, agent: false, headers };
    httpRequest(options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

const REFUSAL = problem('unauthenticated', { detail: 'Not known.', remedy: 'Use another.' });

const isClosed = (socket: Socket) => (socket.destroyed ? true : undefined);

describe('connections', () => {
  test('without a request make room for one with a request, the oldest first', async () => {
    fake = await startFakeServer({ connectionLimits: { total: 8, perAddress: 100 } });
    const flood: Socket[] = [];
    for (let count = 0; count < 8; count += 1) flood.push(await halfOpen('127.0.0.2'));
    for (let count = 0; count < 4; count += 1) expect(await ask('127.0.0.3')).toBe(200);
    const [oldest] = flood;
    if (oldest !== undefined) await waitUntil('the oldest to be closed', () => isClosed(oldest));
    expect(flood.at(-1)?.destroyed).toBe(false);
  });

  test('are taken from the address that has the most of them', async () => {
    fake = await startFakeServer({ connectionLimits: { total: 6, perAddress: 100 } });
    const patient = await halfOpen('127.0.0.3');
    const flood: Socket[] = [];
    for (let count = 0; count < 20; count += 1) flood.push(await halfOpen('127.0.0.2'));
    const [first] = flood;
    if (first !== undefined) await waitUntil('the first to be closed', () => isClosed(first));
    expect(await ask('127.0.0.4')).toBe(200);
    expect(patient.destroyed).toBe(false);
  });

  test.each([
    ['with an unfinished body', HALF_A_BODY],
    ['with a WebSocket that has no key', HANDSHAKE_WITHOUT_KEY],
  ])('%s make room for one with a request', async (_what, text) => {
    fake = await startFakeServer({ connectionLimits: { total: 8, perAddress: 6 } });
    const flood: Socket[] = [];
    for (let count = 0; count < 6; count += 1) flood.push(await halfOpen('127.0.0.2', text));
    for (let count = 0; count < 2; count += 1) flood.push(await halfOpen('127.0.0.3', text));
    for (const address of ['127.0.0.2', '127.0.0.3', '127.0.0.4']) {
      expect(await ask(address)).toBe(200);
    }
    const [oldest] = flood;
    if (oldest !== undefined) await waitUntil('the oldest to be closed', () => isClosed(oldest));
  });

  test('with a WebSocket that has a key do not', async () => {
    fake = await startFakeServer({ connectionLimits: { total: 100, perAddress: 2 } });
    for (let count = 0; count < 2; count += 1) {
      const socket = await halfOpen('127.0.0.2', HANDSHAKE_WITH_KEY);
      await once(socket, 'data');
    }
    expect(await ask('127.0.0.2')).toBe(503);
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([false, false]);
  });

  test('with a body that has arrived do not, also before it is read', async () => {
    fake = await startFakeServer({ connectionLimits: { total: 100, perAddress: 1 } });
    let identify: (() => void) | undefined;
    fake.application.authenticateWith(
      () =>
        new Promise((resolve) => {
          identify = () => resolve({ ok: false, error: REFUSAL });
        }),
    );
    const sent = await halfOpen('127.0.0.2', `${HALF_A_BODY}${' '.repeat(98)}}`);
    await waitUntil('the key to be looked at', () => (identify === undefined ? undefined : true));
    expect(await ask('127.0.0.2')).toBe(503);
    expect(sent.destroyed).toBe(false);
    const answered = once(sent, 'data');
    identify?.();
    expect(String(await answered)).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('that are refused are answered with a request id', async () => {
    fake = await startFakeServer({ connectionLimits: { total: 100, perAddress: 1 } });
    const socket = await halfOpen('127.0.0.2', HANDSHAKE_WITH_KEY);
    await once(socket, 'data');
    const [bytes] = await once(await halfOpen('127.0.0.2', ''), 'data');
    expect(String(bytes)).toMatch(
      /^HTTP\/1\.1 503 .*\r\nX-Request-Id: req_.*\r\nRetry-After: 1\r\n/s,
    );
    expect(String(bytes)).toContain('"instance":"req_');
  });

  test('of one address are limited, and another address notices nothing', async () => {
    fake = await startFakeServer({ connectionLimits: { total: 100, perAddress: 2 } });
    let release = (): void => undefined;
    fake.application.answerWith(
      () =>
        new Promise((resolve) => {
          const before = release;
          release = () => {
            before();
            resolve({ ok: true, value: {} });
          };
        }),
    );
    const headers = { authorization: 'Bearer secret-of-admin' };
    const busy = [1, 2].map(() => ask('127.0.0.2', '/api/v2/nodes', headers));
    await waitUntil('both calls', () => (fake.application.calls.length === 2 ? true : undefined));
    expect(await ask('127.0.0.2')).toBe(503);
    expect(await ask('127.0.0.3')).toBe(200);
    release();
    await Promise.all(busy);
    expect(await ask('127.0.0.2')).toBe(200);
  });

  test('of a trusted proxy are not', async () => {
    const trustedProxies = trustProxies(['127.0.0.2'], 'x-forwarded-for');
    fake = await startFakeServer({
      connectionLimits: { total: 100, perAddress: 1 },
      trustedProxies,
    });
    const flood = [await halfOpen('127.0.0.2'), await halfOpen('127.0.0.2')];
    expect(await ask('127.0.0.2')).toBe(200);
    expect(flood.map(({ destroyed }) => destroyed)).toEqual([false, false]);
  });
});
