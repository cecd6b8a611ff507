/** Requests whose bodies do not arrive: limited for each key, and by time. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeId } from '@novacron/contract/ids';
import { ok } from '@novacron/contract/result';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import { BODY_MS, bodyTimeLeft } from './http/limit-bodies.ts';
import { secretOf } from './test-kit/fake-application.ts';
import { sampleId } from './test-kit/sample-values.ts';
import { type FakeServer, startFakeServer } from './test-kit/start-fake-server.ts';

let fake: FakeServer;
const opened: Socket[] = [];

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await fake.stop();
});

/** Sends the head of a request and a part of its body. @returns what comes back, so far */
async function begin(head: readonly string[], body: string) {
  const socket = connect({ host: '127.0.0.1', port: fake.server.port });
  opened.push(socket);
  socket.on('error', () => undefined);
  let received = '';
  socket.on('data', (data: Buffer) => {
    received += String(data);
  });
  await once(socket, 'connect');
  const lines = ['Host: x', `Authorization: Bearer ${secretOf('viewer')}`];
  socket.write(['POST /rpc HTTP/1.1', ...lines, ...head, '', body].join('\r\n'));
  return { socket, received: () => received };
}

const JSON_TYPE = 'Content-Type: application/json';
const CALL = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'vm.list', params: {} });

/** Maximum number of unfinished bodies per key. */
const PER_KEY_MAX = 100;

async function fillSlots() {
  const head = [JSON_TYPE, `Content-Length: ${CALL.length}`];
  const all: Awaited<ReturnType<typeof begin>>[] = [];
  for (let count = 0; count < PER_KEY_MAX; count += 1)
    all.push(await begin(head, CALL.slice(0, 5)));
  const over = await begin(head, CALL.slice(0, 5));
  await waitUntil('one too many', () => (over.received().includes('}') ? true : undefined));
  return { all, over };
}

describe('unfinished bodies', () => {
  test('of one key are limited; another key and requests without a body are not', async () => {
    const { all, over } = await fillSlots();
    expect(over.received()).toMatch(/^HTTP\/1\.1 429 /);
    expect(over.received()).toMatch(/^Retry-After: 1\r$/m);
    expect(over.received()).toMatch(/^Connection: close\r$/m);
    expect(over.received()).toContain(
      'Your API key or token already has 100 unfinished request bodies, which is the limit.',
    );
    expect((await fake.send('/api/v2/vms', { role: 'viewer' })).status).toBe(200);
    const id = makeId('key', 1, new Uint8Array(10));
    fake.application.authenticateWith(async () =>
      ok({ id, name: 'another', role: 'admin', tenantId: sampleId('tnt') }),
    );
    const another = await begin([JSON_TYPE, `Content-Length: ${CALL.length}`], CALL.slice(0, 5));
    another.socket.write(CALL.slice(5));
    await waitUntil('its answer', () => (another.received().endsWith('}') ? true : undefined));
    expect(another.received()).toMatch(/^HTTP\/1\.1 200 /);
    fake.application.authenticateWith(async () =>
      ok({ id: sampleId('key'), name: 'first', role: 'viewer', tenantId: sampleId('tnt') }),
    );
    // One that ends makes room for the next.
    const [first] = all;
    first?.socket.write(CALL.slice(5));
    await waitUntil('its answer', () => (first?.received().includes('200 OK') ? true : undefined));
    const next = await begin([JSON_TYPE, `Content-Length: ${CALL.length}`], CALL.slice(0, 5));
    next.socket.write(CALL.slice(5));
    await waitUntil('the next answer', () => (next.received().endsWith('}') ? true : undefined));
    expect(next.received()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each([
    ['with a length', ['Content-Length: 100'], '{'],
    ['in chunks', ['Transfer-Encoding: chunked'], '1\r\n{\r\n'],
  ])('%s end when they take too long', async (_what, head, body) => {
    const { socket, received } = await begin([JSON_TYPE, ...head], body);
    // Time passes only once the request is being read.
    await waitUntil('the deadline', () => {
      fake.timers.advance(BODY_MS);
      return received().endsWith('}') ? true : undefined;
    });
    expect(received()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(received()).toContain(
      'The body of the request did not arrive within 10 seconds or at 16384 bytes a second.',
    );
    if (!socket.destroyed) await once(socket, 'close');
    expect(fake.application.calls).toEqual([]);
  });

  test('have no deadline once they have arrived, however long the call takes', async () => {
    let finish = (): void => undefined;
    fake.application.answerWith(
      () =>
        new Promise((resolve) => {
          finish = () => resolve(ok({}));
        }),
    );
    let seen = 0;
    fake.application.authenticateWith(async () => {
      seen += 1;
      return ok({ id: sampleId('key'), name: 'v', role: 'viewer', tenantId: sampleId('tnt') });
    });
    const { socket, received } = await begin([JSON_TYPE, `Content-Length: ${CALL.length}`], '{');
    await waitUntil('the head to be read', () => (seen > 0 ? true : undefined));
    socket.write(CALL.slice(1));
    await waitUntil('the call', () => (fake.application.calls.length > 0 ? true : undefined));
    fake.timers.advance(2 * BODY_MS);
    // The timers run what is due within moments as an immediate.
    await setImmediate();
    expect(received()).toBe('');
    finish();
    await waitUntil('the answer', () => (received().endsWith('}') ? true : undefined));
    expect(received()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each([
    ['nothing', 0, 0],
    ['little', 16_384, 1_000],
    ['a large part', 500_000, 30_518],
  ])('that arrive in parts may take longer: %s', (_what, bytes, leftMs) => {
    expect(Math.round(bodyTimeLeft({ bytes, elapsedMs: BODY_MS }))).toBe(leftMs);
  });
});
