/** The server around the transports: authentication, origin, faults, hang-ups, stopping. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { WebSocket } from 'ws';
import { secretOf } from './test-kit/fake-application.ts';
import { sampleId } from './test-kit/sample-values.ts';
import { type FakeServer, startFakeServer } from './test-kit/start-fake-server.ts';

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(() => fake.stop());

function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Makes the application hang until it is let go; says when a call has arrived. */
function holdCalls() {
  const arrived = deferred<AbortSignal>();
  const release = deferred<void>();
  fake.application.answerWith(async ({ context }) => {
    arrived.resolve(context.signal);
    await release.promise;
    return ok({ items: [], next_cursor: null });
  });
  return { arrived: arrived.promise, release: release.resolve };
}

describe('authentication', () => {
  test.each([
    ['no header', {}, 'The request carries no API key.'],
    [
      'another scheme',
      { authorization: 'Basic YTpi' },
      'The Authorization header is not of the form: Bearer <API key>.',
    ],
    ['an unknown key', { authorization: 'Bearer unknown' }, 'The API key is not known.'],
    [
      'an endless key',
      { authorization: `Bearer ${'x'.repeat(9_000)}` },
      'The API key is too long to be one.',
    ],
  ])('%s is refused, on every path behind it', async (_what, headers, detail) => {
    for (const where of ['/api/v2/vms', '/rpc', '/api/v2/nothing', '/nothing', '/']) {
      const received = await fake.send(where, { role: null, headers });
      expect(received.status).toBe(401);
      expect(received.headers.get('www-authenticate')).toBe('Bearer realm="novacron"');
      expect(received.body).toMatchObject({ code: 'unauthenticated', detail });
    }
    expect(fake.application.calls).toEqual([]);
  });

  test('the name of the scheme may be written in any case', async () => {
    const headers = { authorization: `bEARER ${secretOf('viewer')}` };
    expect((await fake.send('/api/v2/vms', { role: null, headers })).status).toBe(200);
  });
});

describe('the origin of a call', () => {
  async function contextFor(headers: Readonly<Record<string, string>>) {
    await fake.send('/api/v2/vms', { headers });
    return fake.application.calls.at(-1)?.context;
  }

  test('the address is that of the connection, whatever a header says', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.7', forwarded: 'for=192.0.2.7' };
    expect(await contextFor(headers)).toMatchObject({ clientAddress: '127.0.0.1' });
    const [line] = fake.requestLines;
    expect(line?.fields).toMatchObject({
      clientAddress: '127.0.0.1',
      principal: 'the admin',
      keyId: sampleId('key'),
      tenantId: sampleId('tnt'),
    });
  });

  test('the address of a refused credential is known, over WebSocket as well', async () => {
    const seen: unknown[] = [];
    fake.application.authenticateWith(async (_secret, sender) => {
      seen.push(sender);
      return err(problem('unauthenticated', { detail: 'No.', remedy: 'None.' }));
    });
    await fake.send('/api/v2/vms');
    const webSocket = new WebSocket(`${fake.server.url.replace('http', 'ws')}/ws`, {
      headers: { authorization: `Bearer ${secretOf('viewer')}` },
    });
    const [, response] = await once(webSocket, 'unexpected-response');
    await once(response.resume(), 'end');
    const sender = { requestId: expect.stringMatching(/^req_/), clientAddress: '127.0.0.1' };
    expect(seen).toEqual([sender, sender]);
  });

  test('the headers name the program and the deployment', async () => {
    const context = await contextFor({
      'novacron-client': 'terraform',
      'novacron-deployment': 'prod eu-1',
    });
    expect(context).toMatchObject({
      client: 'terraform',
      deployment: 'prod eu-1',
      principal: { name: 'the admin', role: 'admin' },
    });
  });

  test('silence is a REST client of the default deployment', async () => {
    expect(await contextFor({})).toMatchObject({ client: 'rest', deployment: 'default' });
  });

  test('an unknown program is a REST client', async () => {
    expect(await contextFor({ 'novacron-client': 'toaster' })).toMatchObject({ client: 'rest' });
  });

  test('an endless deployment is refused', async () => {
    const headers = { 'novacron-deployment': 'x'.repeat(129) };
    const received = await fake.send('/api/v2/vms', { headers });
    expect(received.status).toBe(400);
    expect(received.body).toMatchObject({
      detail: 'The header novacron-deployment must have 1 to 128 printable ASCII characters.',
    });
  });

  test('every answer names its request by an id of ours', async () => {
    const headers = { 'x-request-id': 'mine' };
    const received = await fake.send('/api/v2/vms', { headers });
    expect(received.headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/);
    const context = fake.application.calls.at(-1)?.context;
    expect(received.headers.get('x-request-id')).toBe(context?.requestId);
  });
});

describe('faults', () => {
  test('an exception is a problem that leaks nothing and one line with its chain', async () => {
    fake.application.answerWith(async () => {
      throw new Error('the outer secret', { cause: new Error('the inner secret') });
    });
    const received = await fake.send('/api/v2/vms');
    const requestId = received.headers.get('x-request-id');
    expect(received.status).toBe(500);
    expect(received.text).not.toContain('secret');
    expect(received.body).toMatchObject({
      code: 'internal',
      detail: 'An internal error occurred while the request was processed.',
      remedy: expect.stringContaining(
        `the request id ${requestId} to the operator of the server; the log has`,
      ),
    });
    expect(fake.lines).toEqual([
      {
        level: 'error',
        message: 'a request met a fault',
        fields: {
          requestId,
          during: 'vm.list',
          chain: [
            expect.stringContaining('the outer secret'),
            expect.stringContaining('the inner secret'),
          ],
        },
      },
    ]);
  });

  test('an answer that cannot be written as JSON is a fault', async () => {
    fake.application.answerWith(async () => ok({ items: 1n }));
    const received = await fake.send('/api/v2/vms');
    expect(received.body).toMatchObject({ status: 500, code: 'internal' });
    expect(fake.lines).toHaveLength(1);
  });
});

describe('a caller who hangs up', () => {
  test('aborts the signal of the call', async () => {
    const { arrived, release } = holdCalls();
    const request = httpRequest(`${fake.server.url}/api/v2/vms`, {
      headers: { authorization: `Bearer ${secretOf('viewer')}` },
    });
    request.on('error', () => undefined).end();
    const signal = await arrived;
    expect(signal.aborted).toBe(false);
    request.destroy();
    await once(signal, 'abort');
    expect(signal.aborted).toBe(true);
    release();
  });

  test('waiting that ends because of it is not a fault', async () => {
    const arrived = deferred<AbortSignal>();
    const ended = deferred<void>();
    fake.application.answerWith(async ({ context: { signal } }) => {
      arrived.resolve(signal);
      await once(signal, 'abort');
      ended.resolve();
      throw new DOMException('The caller is gone.', 'AbortError');
    });
    const request = httpRequest(`${fake.server.url}/api/v2/vms`, {
      headers: { authorization: `Bearer ${secretOf('viewer')}` },
    });
    request.on('error', () => undefined).end();
    await arrived.promise;
    request.destroy();
    await ended.promise;
    await fake.stop();
    expect(fake.lines).toEqual([]);
  });

  test('a caller who gets the answer leaves the signal alone', async () => {
    await fake.send('/api/v2/vms');
    expect(fake.application.calls.at(-1)?.context.signal.aborted).toBe(false);
  });
});

describe('stopping', () => {
  test('lets running requests finish and accepts no new ones', async () => {
    const { arrived, release } = holdCalls();
    const answer = fake.send('/api/v2/vms');
    await arrived;
    const stopped = fake.server.stop(60_000);
    await expect(fetch(`${fake.server.url}/healthz`)).rejects.toThrow();
    release();
    const received = await answer;
    await stopped;
    expect(received.status).toBe(200);
    expect(received.headers.get('connection')).toBe('close');
  });

  test('cuts off what still runs when the grace is over', async () => {
    const { arrived, release } = holdCalls();
    const answer = fake.send('/api/v2/vms').catch(() => 'cut off');
    const signal = await arrived;
    await fake.server.stop(1);
    expect(await answer).toBe('cut off');
    expect(signal.aborted).toBe(true);
    release();
  });

  test('closes connections that only wait for a next request', async () => {
    await fake.send('/healthz');
    await fake.server.stop(60_000);
  });

  test('may be asked for twice', async () => {
    await Promise.all([fake.server.stop(1_000), fake.server.stop(1_000)]);
  });
});
