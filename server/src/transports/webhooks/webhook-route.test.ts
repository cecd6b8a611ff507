/** Requirements for a webhook delivery over HTTP and the data that reaches the application. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeId } from '@novacron/contract/ids';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { DeliveryRequest } from '../../app/automation/executions/webhooks/take-delivery.ts';
import { type FakeServer, type Sent, startFakeServer } from '../test-kit/start-fake-server.ts';

let fake: FakeServer;
let seen: DeliveryRequest[];

const EXECUTION = makeId('op', 1, new Uint8Array(10));

beforeEach(async () => {
  fake = await startFakeServer();
  seen = [];
  fake.application.takeDeliveryWith(async (request) => {
    seen.push(request);
    return ok({ status: 'started', execution_id: EXECUTION });
  });
});

afterEach(() => fake.stop());

const post = (sent: Sent = {}, path = '/webhooks/wf_1/deploy') =>
  fake.send(path, { method: 'POST', role: null, body: '{ "a": 1 }', ...sent });

describe('a delivery', () => {
  test('needs no key, and its body arrives as it was sent', async () => {
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': 'v1,abc',
      'novacron-chain-length': '3',
    };
    const answer = await post({ headers });
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'started', execution_id: EXECUTION },
    });
    const [request] = seen;
    expect(request).toMatchObject({
      address: { workflowId: 'wf_1', name: 'deploy' },
      headers: { id: 'msg_1', timestamp: '1700000000', signature: 'v1,abc' },
      chainLength: 3,
      sender: { clientAddress: '127.0.0.1' },
    });
    expect(Buffer.from(request?.body ?? []).toString()).toBe('{ "a": 1 }');
    expect(request?.readJson()).toEqual(ok({ a: 1 }));
    expect(request?.sender.requestId).toBe(answer.headers.get('x-request-id'));
  });

  test('may have a bearer token, which is not taken for a key of the server', async () => {
    await post({ headers: { authorization: 'Bearer of-alertmanager' } });
    expect(seen[0]?.headers.authorization).toBe('Bearer of-alertmanager');
  });

  test.each([
    ['repeated', EXECUTION],
    ['repeated', null],
    ['ignored', null],
  ] as const)('that was %s has the status 200', async (status, execution_id) => {
    fake.application.takeDeliveryWith(async () => ok({ status, execution_id }));
    expect(await post()).toMatchObject({ status: 200, body: { status, execution_id } });
  });

  test('that is refused has a problem', async () => {
    const found = problem('unavailable', { detail: 'It is busy.', remedy: 'Send it again.' });
    fake.application.takeDeliveryWith(async () => err(found));
    const answer = await post();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  });

  test('that is larger than 256 KiB is not taken', async () => {
    const body = JSON.stringify({ a: 'x'.repeat(262_144) });
    const answer = await post({ body });
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('larger than 262144 bytes');
    expect(seen).toEqual([]);
  });

  test('that is packed is not unpacked', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const answer = await post({ body: new Uint8Array(gzipSync('{}')), headers });
    expect(answer.status).toBe(415);
    expect(seen).toEqual([]);
  });

  test.each([
    ['no JSON', 'a=1', undefined, 'validation-failed'],
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 'unsupported-media-type'],
    ['a key that is refused', '{"__proto__": 1}', undefined, 'validation-failed'],
  ])('with %s arrives, and cannot be read as JSON', async (_what, body, type, code) => {
    await post({ body, ...(type === undefined ? {} : { headers: { 'content-type': type } }) });
    expect(seen[0]?.readJson()).toMatchObject({ ok: false, error: { code } });
  });

  test.each([
    ['many', 8],
    ['1, 2', 8],
    ['-1', 8],
    ['0', 0],
  ])('whose chain is %s counts %d', async (header, length) => {
    await post({ headers: { 'novacron-chain-length': header } });
    expect(seen[0]?.chainLength).toBe(length);
  });
});

test('other methods are refused', async () => {
  const answer = await fake.send('/webhooks/wf_1/deploy', { role: null });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
});

test('other paths below it are not there', async () => {
  expect((await post({}, '/webhooks/wf_1')).status).toBe(401);
});
