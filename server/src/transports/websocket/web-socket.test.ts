/** Events over a WebSocket: who comes in, what is heard, and how it ends. */
import { once } from 'node:events';
import { get } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';
import { HEARTBEAT_MS } from '../events/watch-key.ts';
import { secretOf } from '../test-kit/fake-application.ts';
import { OTHER_TENANT } from '../test-kit/fake-event-feed.ts';
import { sampleId } from '../test-kit/sample-values.ts';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';
import { connect, subscribe, type TestClient } from '../test-kit/web-socket-client.ts';
import { HELLO_MS_MAX } from './serve-client.ts';

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
  fake.application.answerWith(fake.feed.list);
});

afterEach(() => fake.stop());

/** The status and the problem that an upgrade is refused with. */
async function refusal(path: string, headers: Readonly<Record<string, string>>, to = fake) {
  const webSocket = new WebSocket(`${to.server.url.replace('http', 'ws')}${path}`, { headers });
  webSocket.on('error', () => undefined);
  const [, response] = await once(webSocket, 'unexpected-response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks).toString());
  return { status: response.statusCode, headers: response.headers, body };
}

/** Asks for an upgrade with a viewer's key and these headers; undefined leaves one out. */
async function handshake(changes: Readonly<Record<string, string | undefined>>) {
  const headers = Object.entries({
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    Authorization: `Bearer ${secretOf('viewer')}`,
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...changes,
  }).filter(([, value]) => value !== undefined);
  const request = get(`${fake.server.url}/ws`, { headers: Object.fromEntries(headers) });
  const [response, socket] = await Promise.race([
    once(request, 'upgrade'),
    once(request, 'response'),
  ]);
  socket?.destroy();
  response.resume();
  return { status: response.statusCode, headers: response.headers };
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('coming in', () => {
  test('a key in the header is enough', async () => {
    const client = await subscribe(fake);
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 0 });
  });

  test('a browser says its key in the first message', async () => {
    const client = await connect(fake, {});
    client.say({ type: 'authenticate', api_key: secretOf('viewer') });
    client.say({ type: 'subscribe' });
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 0 });
  });

  test('a wrong key in the header is refused before the handshake', async () => {
    const { status, body } = await refusal('/ws', { authorization: 'Bearer wrong' });
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'unauthenticated', detail: 'The API key is not known.' });
  });

  test.each(['8', '12', '14', undefined])(
    'the version %p is answered with ours',
    async (version) => {
      const { status, headers } = await handshake({ 'Sec-WebSocket-Version': version });
      expect(status).toBe(426);
      expect(headers).toMatchObject({
        'sec-websocket-version': '13',
        upgrade: 'websocket',
        'content-type': 'application/problem+json',
      });
    },
  );

  test('no subprotocol is agreed to: there are none', async () => {
    const { status, headers } = await handshake({ 'Sec-WebSocket-Protocol': 'foo, bar' });
    expect([status, headers['sec-websocket-protocol']]).toEqual([101, undefined]);
  });

  test('a refusal says when to come again, and what is left of the rate limits', async () => {
    const crowded = await startFakeServer({
      streamLimits: { total: 9, perTenant: 9, perKey: 1, perAddress: 9 },
    });
    try {
      const first = await connect(crowded);
      const { status, headers, body } = await refusal(
        '/ws',
        { authorization: `Bearer ${secretOf('viewer')}` },
        crowded,
      );
      expect([status, headers['retry-after']]).toEqual([429, '1']);
      expect(headers['ratelimit-policy']).toBe('"principal";q=4;w=2, "address";q=4;w=2');
      expect(headers.ratelimit).toBe('"principal";r=3;t=1, "address";r=3;t=1');
      expect(headers['x-request-id']).toBe(body.instance);
      first.webSocket.terminate();
    } finally {
      await crowded.stop();
    }
    const { headers } = await refusal('/ws', { authorization: 'Bearer wrong' });
    expect(headers.ratelimit).toBe('"address";r=3;t=1');
    expect(headers['www-authenticate']).toBe('Bearer realm="novacron"');
  });

  test('without a key it takes no place of those with a key; the oldest gives way', async () => {
    const limits = { total: 3, perTenant: 3, perKey: 2, perAddress: 3 };
    const small = await startFakeServer({ streamLimits: limits });
    try {
      const silent: TestClient[] = [];
      for (const _ of range(1, 50)) silent.push(await connect(small, {}));
      const later = await connect(small, {});
      const problems = silent.map((client) => client.nextProblem());
      expect(await Promise.race(problems)).toMatchObject({
        code: 'rate-limited',
        detail: 'Too many WebSockets are open without an API key; this was the oldest of them.',
      });
      expect((await silent[0]?.closed)?.code).toBe(4429);
      await connect(small);
      // Those that authenticate afterwards count like those that come with a key.
      later.say({ type: 'authenticate', api_key: secretOf('viewer') });
      await waitUntil('both places to be taken', async () => {
        const last = await connect(small).catch(() => undefined);
        last?.webSocket.terminate();
        return last === undefined ? true : undefined;
      });
      silent.at(-1)?.say({ type: 'authenticate', api_key: secretOf('viewer') });
      expect(await problems.at(-1)).toMatchObject({
        code: 'rate-limited',
        detail: 'Your API key or token already has 2 open WebSockets, which is the limit.',
      });
    } finally {
      await small.stop();
    }
  });

  test('a wrong key in the first message ends the connection', async () => {
    const client = await connect(fake, {});
    client.say({ type: 'authenticate', api_key: 'wrong' });
    expect(await client.nextProblem()).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(await client.closed).toEqual({ code: 4401, reason: 'unauthenticated' });
  });

  test('a subscription without any key ends the connection', async () => {
    const client = await connect(fake, {});
    client.say({ type: 'subscribe' });
    expect(await client.nextProblem()).toMatchObject({
      code: 'unauthenticated',
      detail: 'The connection has no API key.',
    });
  });

  test('a second key ends the connection', async () => {
    const client = await connect(fake);
    client.say({ type: 'authenticate', api_key: secretOf('viewer') });
    expect((await client.nextProblem()).detail).toBe('The connection already has an API key.');
  });

  test('a query in the URL is refused, because URLs end up in logs', async () => {
    const { status, body } = await refusal('/ws?api_key=x', {});
    expect(status).toBe(400);
    expect(body.detail).toBe(
      'The URL of a WebSocket must not have a query, because logs contain URLs.',
    );
  });

  test('another path is refused', async () => {
    const { status, body } = await refusal('/rpc', {});
    expect([status, body.detail]).toEqual([404, 'This path does not support WebSocket.']);
  });

  test('a request without an upgrade is asked for one', async () => {
    const received = await fake.send('/ws', { method: 'GET' });
    expect(received.status).toBe(426);
    expect(received.body).toMatchObject({ code: 'validation-failed', status: 426 });
  });

  test('a request that would also speak another protocol is answered in this one', async () => {
    const socket = connectSocket(fake.server.port, '127.0.0.1');
    const query = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'event.list', params: {} });
    const head = [
      'POST /rpc HTTP/1.1',
      'Host: server',
      'Connection: Upgrade, HTTP2-Settings, close',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
      `Authorization: Bearer ${secretOf('viewer')}`,
      'Content-Type: application/json',
      `Content-Length: ${query.length}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${query.slice(0, 10)}`);
    socket.write(query.slice(10));
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    const answer = Buffer.concat(chunks).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('{"jsonrpc":"2.0","id":7,"result":{"items":[],"last_position":0}}');
  });

  test('who says nothing is sent away after ten seconds', async () => {
    const client = await connect(fake, {});
    fake.timers.advance(HELLO_MS_MAX);
    expect(await client.nextProblem()).toMatchObject({
      code: 'deadline-exceeded',
      detail: 'The client did not subscribe within 10000 ms.',
    });
    expect((await client.closed).code).toBe(4504);
  });
});

describe('what is heard', () => {
  test('without a position: what happens from now on', async () => {
    fake.feed.publish();
    const client = await subscribe(fake);
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 1 });
    const event = fake.feed.publish();
    expect(await client.next()).toEqual({ type: 'event', event });
  });

  test('with a position: what is stored behind it, then what happens', async () => {
    for (const _ of range(1, 5)) fake.feed.publish();
    const client = await subscribe(fake, { after_position: 2 });
    expect(await client.nextPositions(3)).toEqual([3, 4, 5]);
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 5 });
    fake.feed.publish();
    expect(await client.nextPositions(1)).toEqual([6]);
  });

  test('more than a page of stored events, in order', async () => {
    for (const _ of range(1, 2_500)) fake.feed.store();
    const client = await subscribe(fake, { after_position: 0 });
    expect(await client.nextPositions(2_500)).toEqual(range(1, 2_500));
  });

  test('neither gap nor repetition while events are published during the replay', async () => {
    for (const _ of range(1, 1_500)) fake.feed.publish();
    // Events are published before and after each page is read; once more than can be buffered.
    const bursts = [1, 3, 1_200, 2, 1];
    fake.application.answerWith(async (call) => {
      for (const _ of range(1, bursts.shift() ?? 0)) fake.feed.publish();
      const page = await fake.feed.list(call);
      for (const _ of range(1, bursts.shift() ?? 0)) fake.feed.publish();
      return page;
    });
    const client = await subscribe(fake, { after_position: 0 });
    const last = 1_500 + 1 + 3 + 1_200 + 2 + 1;
    expect(await client.nextPositions(last)).toEqual(range(1, last));
    fake.feed.publish();
    expect(await client.nextPositions(1)).toEqual([last + 1]);
  });

  test('an event that the feed lost, read from the store before the next one', async () => {
    const client = await subscribe(fake);
    await client.next();
    fake.feed.publish();
    fake.feed.store();
    fake.feed.publish();
    expect(await client.nextPositions(3)).toEqual([1, 2, 3]);
  });

  test('only events of the own tenant, live and replayed', async () => {
    fake.feed.publish({ tenant_id: OTHER_TENANT });
    fake.feed.publish();
    fake.feed.publish({ tenant_id: OTHER_TENANT });
    const client = await subscribe(fake, { after_position: 0 });
    expect(await client.nextPositions(1)).toEqual([2]);
    fake.feed.publish({ tenant_id: OTHER_TENANT });
    fake.feed.publish();
    expect(await client.nextPositions(1)).toEqual([5]);
  });

  test('only what the filter lets pass, live and replayed', async () => {
    fake.feed.publish({ type: 'volume.created' });
    fake.feed.publish({ type: 'vm.deleted', priority: 'high' });
    const client = await subscribe(fake, {
      after_position: 0,
      filter: { types: ['vm.*'], priorities: ['high', 'critical'] },
    });
    expect(await client.nextPositions(1)).toEqual([2]);
    fake.feed.publish({ type: 'vm.created', priority: 'low' });
    fake.feed.publish({ type: 'vm.created', priority: 'critical' });
    expect(await client.nextPositions(1)).toEqual([4]);
  });

  test('heartbeats with a position that says nothing of the events of other tenants', async () => {
    fake.feed.publish();
    for (let count = 0; count < 5; count += 1) fake.feed.publish({ tenant_id: OTHER_TENANT });
    const client = await subscribe(fake, {});
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 1 });
    for (let count = 0; count < 5; count += 1) fake.feed.publish({ tenant_id: OTHER_TENANT });
    fake.timers.advance(HEARTBEAT_MS);
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 1 });
    const missed = fake.feed.publish();
    expect(await client.next()).toMatchObject({ event: { position: missed.position } });
    const resumed = await subscribe(fake, { after_position: 1 });
    expect(await resumed.next()).toMatchObject({ event: { position: missed.position } });
    expect(await resumed.next()).toEqual({ type: 'heartbeat', position: missed.position });
  });

  test('heartbeats with the position to resume from, filtered events included', async () => {
    const client = await subscribe(fake, { filter: { types: ['volume.*'] } });
    await client.next();
    fake.feed.publish();
    fake.timers.advance(HEARTBEAT_MS);
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 1 });
  });
});

describe('a subscription is refused', () => {
  test('behind a position that is too old', async () => {
    for (const _ of range(1, 9)) fake.feed.publish();
    fake.feed.forgetBefore(6);
    const client = await subscribe(fake, { after_position: 4 });
    expect(await client.nextProblem()).toMatchObject({
      code: 'resume-expired',
      status: 410,
      detail:
        'Events after position 4 have been deleted: the oldest stored one has the position 6.',
      remedy: 'Read the resources again, then follow events without a position.',
      data: { after_position: 4, oldest_position: 6 },
    });
    expect(await client.closed).toEqual({ code: 4410, reason: 'resume-expired' });
  });

  test('not behind the oldest position of all, whose events are all there', async () => {
    for (const _ of range(1, 9)) fake.feed.publish();
    fake.feed.forgetBefore(6);
    const client = await subscribe(fake, { after_position: 5 });
    expect(await client.nextPositions(4)).toEqual([6, 7, 8, 9]);
  });

  test('behind a position that was never dealt out', async () => {
    const client = await subscribe(fake, { after_position: 7 });
    expect(await client.nextProblem()).toMatchObject({
      code: 'validation-failed',
      detail: 'The position 7 is after the latest position: it does not exist in this store.',
    });
  });

  test('when events cannot be read', async () => {
    const detail = 'The store is away.';
    fake.application.answerWith(async () =>
      err(problem('unavailable', { detail, remedy: 'Wait.' })),
    );
    const client = await subscribe(fake);
    expect(await client.nextProblem()).toMatchObject({ code: 'unavailable', detail });
    expect((await client.closed).code).toBe(4503);
  });

  test('with the words of a fault kept inside', async () => {
    fake.application.answerWith(async () => ok({ items: 'no events' }));
    const client = await subscribe(fake);
    expect(await client.nextProblem()).toMatchObject({ code: 'internal', status: 500 });
    expect(fake.lines).toMatchObject([{ level: 'error', message: 'a request met a fault' }]);
  });

  const messages: readonly [string, string, string][] = [
    ['that is not JSON', '{', 'The message is not JSON: Expected property name or'],
    ['without a type', '{}', 'The type of the message is unknown.'],
    ['of an unknown type', '{"type":"publish"}', 'The type of the message is unknown.'],
    [
      'with an unknown field',
      '{"type":"subscribe","token":"x"}',
      'The message is not valid at token: is not a known field',
    ],
    [
      'with a filter that is none',
      '{"type":"subscribe","filter":{"types":["VM"]}}',
      'The message is not valid at filter.types.0: must be an event type',
    ],
  ];
  test.each(messages)('in a message %s', async (_name, text, detail) => {
    const client = await connect(fake);
    client.webSocket.send(text);
    const found = await client.nextProblem();
    expect(found.code).toBe('validation-failed');
    expect(found.detail).toContain(detail);
    expect((await client.closed).code).toBe(4400);
  });

  test('in a message that is too large', async () => {
    const client = await connect(fake);
    client.webSocket.send('x'.repeat(40_000));
    expect((await client.closed).code).toBe(1009);
  });

  test('when there was one before', async () => {
    const client = await subscribe(fake);
    await client.next();
    client.say({ type: 'subscribe' });
    expect((await client.nextProblem()).detail).toContain('No messages but change_filter');
  });
});

describe('the end', () => {
  test('a revoked key is cut off at the next heartbeat', async () => {
    const client = await subscribe(fake);
    await client.next();
    fake.application.authenticateWith(async () =>
      err(problem('unauthenticated', { detail: 'The API key is revoked.', remedy: 'Ask.' })),
    );
    fake.timers.advance(HEARTBEAT_MS);
    expect(await client.nextProblem()).toMatchObject({ detail: 'The API key is revoked.' });
    expect(await client.closed).toEqual({ code: 4401, reason: 'unauthenticated' });
  });

  test('a store that is away for a heartbeat ends nothing', async () => {
    const client = await subscribe(fake);
    await client.next();
    fake.application.authenticateWith(async () =>
      err(problem('unavailable', { detail: 'The store is away.', remedy: 'Wait.' })),
    );
    fake.timers.advance(HEARTBEAT_MS);
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 0 });
  });

  test('a client that answers no ping is dropped', async () => {
    const client = await connect(fake, undefined, { autoPong: false });
    client.say({ type: 'subscribe' });
    await client.next();
    fake.timers.advance(HEARTBEAT_MS);
    await client.next();
    fake.timers.advance(HEARTBEAT_MS);
    expect((await client.closed).code).toBe(1006);
    expect(fake.lines).toMatchObject([
      { message: 'a WebSocket client is dropped', fields: { reason: 'no answer to a ping' } },
    ]);
  });

  test('a client that reads too slowly is dropped, and the others hear everything', async () => {
    const slow = await subscribe(fake);
    const quick = await subscribe(fake);
    await Promise.all([slow.next(), quick.next()]);
    slow.webSocket.pause();
    const data = { text: 'x'.repeat(100_000) };
    let published = 0;
    while (fake.lines.length === 0) {
      fake.feed.publish({ data });
      published += 1;
      expect(await quick.nextPositions(1)).toEqual([published]);
      expect(published).toBeLessThan(1_000);
    }
    expect(fake.lines).toMatchObject([
      { message: 'a WebSocket client is dropped', fields: { reason: 'too slow' } },
    ]);
  });

  test('a burst that is larger than what may wait drops no client that reads', async () => {
    const client = await subscribe(fake);
    await client.next();
    const data = { text: 'x'.repeat(10_000) };
    for (const _ of range(1, 200)) fake.feed.publish({ data });
    expect(await client.nextPositions(200)).toEqual(range(1, 200));
    expect(fake.lines).toEqual([]);
  });

  test('a server that stops says goodbye', async () => {
    const client = await subscribe(fake);
    await client.next();
    const stopped = fake.stop();
    expect(await client.nextProblem()).toMatchObject({
      code: 'unavailable',
      detail: 'The server is stopping.',
    });
    expect(await client.closed).toEqual({ code: 4503, reason: 'unavailable' });
    await stopped;
    expect(fake.feed.listeners()).toBe(0);
  });
});

describe('the server survives', () => {
  test('any text and bytes as messages', async () => {
    const said = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc
        .record({ type: fc.constant('subscribe'), filter: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
      fc
        .record({ type: fc.constant('change_filter'), id: fc.jsonValue(), filter: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 3 }), async (messages) => {
        const client = await connect(fake);
        for (const message of messages) client.webSocket.send(message);
        const first = await client.next();
        client.webSocket.terminate();
        if (first.type === 'problem') expect(first.problem.code).toBe('validation-failed');
      }),
    );
    expect(fake.lines).toEqual([]);
  });

  test('sockets that break during the handshake', async () => {
    const attempts = range(1, 20).map(async () => {
      const webSocket = new WebSocket(`${fake.server.url.replace('http', 'ws')}/ws`);
      webSocket.on('error', () => undefined);
      const closed = new Promise((resolve) => webSocket.on('close', resolve));
      webSocket.terminate();
      await closed;
    });
    await Promise.all(attempts);
    const client = await subscribe(fake, { filter: { targets: [sampleId('vm')] } });
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 0 });
    expect(fake.lines).toEqual([]);
  });
});
