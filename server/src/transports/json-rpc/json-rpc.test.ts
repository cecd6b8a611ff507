/** JSON-RPC 2.0: batches, notifications and every malformed thing that the specification names. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { sampleAnswer } from '../test-kit/fake-application.ts';
import { sampleId } from '../test-kit/sample-values.ts';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(() => fake.stop());

function post(body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fake.send('/rpc', { method: 'POST', body: text });
}

const listVms = { jsonrpc: '2.0', method: 'vm.list', params: {} };
const vms = sampleAnswer('vm.list');

describe('batches', () => {
  test('a batch of one is answered with an array', async () => {
    const received = await post([{ ...listVms, id: 'a' }]);
    expect(received.body).toEqual([{ jsonrpc: '2.0', id: 'a', result: vms }]);
  });

  test('one bad element harms no other, whatever is bad about it', async () => {
    fake.application.answerWith(async ({ name }) => {
      if (name === 'node.list') throw new Error('a fault');
      if (name === 'volume.list') return ok({ items: 1n });
      return ok(sampleAnswer(name));
    });
    const received = await post([
      { ...listVms, id: 1 },
      { ...listVms, id: 2, method: 'node.list' },
      { ...listVms, id: 3, method: 'vm.fly' },
      { ...listVms, id: 4, params: { limit: 0 } },
      { ...listVms, id: 5, method: 'volume.list' },
      7,
      { ...listVms, id: 6 },
    ]);
    const code = (value: number) => expect.objectContaining({ code: value });
    expect(received.body).toEqual([
      { jsonrpc: '2.0', id: 1, result: vms },
      { jsonrpc: '2.0', id: 2, error: code(-32_000) },
      { jsonrpc: '2.0', id: 3, error: code(-32_601) },
      { jsonrpc: '2.0', id: 4, error: code(-32_602) },
      { jsonrpc: '2.0', id: 5, error: code(-32_000) },
      { jsonrpc: '2.0', id: null, error: code(-32_600) },
      { jsonrpc: '2.0', id: 6, result: vms },
    ]);
    expect(fake.lines.map((line) => line.fields.during)).toEqual(['node.list', 'volume.list']);
  });

  test('its elements run at once', async () => {
    let arrived = 0;
    let releaseAll: () => void = () => undefined;
    const allArrived = new Promise<void>((resolve) => {
      releaseAll = resolve;
    });
    fake.application.answerWith(async () => {
      arrived += 1;
      if (arrived === 3) releaseAll();
      await allArrived;
      return ok(vms);
    });
    const received = await post([1, 2, 3].map((id) => ({ ...listVms, id })));
    expect(received.body).toHaveLength(3);
  });

  test('its elements share the id of the request', async () => {
    const received = await post([1, 2].map((id) => ({ ...listVms, id })));
    const ids = fake.application.calls.map(({ context }) => context.requestId);
    expect(ids).toEqual([1, 2].map(() => received.headers.get('x-request-id')));
  });

  test('100 requests are a batch', async () => {
    const received = await post(Array.from({ length: 100 }, (_, id) => ({ ...listVms, id })));
    expect(received.body).toHaveLength(100);
  });

  test.each([0, 101])('%p requests are none', async (count) => {
    const received = await post(Array.from({ length: count }, (_, id) => ({ ...listVms, id })));
    expect(received.body).toMatchObject({
      id: null,
      error: {
        code: -32_600,
        message: `A batch has 1 to 100 requests; this one has ${count}.`,
        data: { code: 'validation-failed' },
      },
    });
    expect(fake.application.calls).toEqual([]);
  });
});

describe('notifications', () => {
  test('one is run and not answered', async () => {
    const received = await post(listVms);
    expect([received.status, received.text]).toEqual([204, '']);
    expect(fake.application.calls).toHaveLength(1);
  });

  test('a batch of them is not answered', async () => {
    expect((await post([listVms, listVms])).status).toBe(204);
    expect(fake.application.calls).toHaveLength(2);
  });

  test('one among requests is left out of the answer, even when it fails', async () => {
    const received = await post([
      { ...listVms, method: 'vm.fly' },
      { ...listVms, id: 1 },
    ]);
    expect(received.body).toEqual([{ jsonrpc: '2.0', id: 1, result: vms }]);
  });
});

describe('requests', () => {
  test.each([null, 0, -1, 1.5, '', 'a'])('the id %p comes back as it is', async (id) => {
    expect((await post({ ...listVms, id })).body).toEqual({ jsonrpc: '2.0', id, result: vms });
  });

  test('params may be left out', async () => {
    const received = await post({ jsonrpc: '2.0', id: 1, method: 'vm.list' });
    expect(received.body).toMatchObject({ result: vms });
  });

  test('a problem carries its whole document', async () => {
    const words = { detail: 'No VM has this id.', remedy: 'List the VMs.' };
    fake.application.answerWith(async () => err(problem('not-found', words)));
    const params = { id: sampleId('vm') };
    const received = await post({ jsonrpc: '2.0', id: 1, method: 'vm.get', params });
    expect(received.body).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: -32_000,
        message: 'No VM has this id.',
        data: {
          type: 'urn:novacron:problem:not-found',
          title: 'Not found',
          status: 404,
          code: 'not-found',
          ...words,
          instance: received.headers.get('x-request-id'),
          errors: [],
        },
      },
    });
  });

  test.each([
    ['a text', '"x"', null, 'It is not an object.'],
    ['no version', '{"id": 1, "method": "vm.list"}', 1, 'It does not say "jsonrpc": "2.0".'],
    ['another version', '{"jsonrpc": "1.0", "id": 1}', 1, 'It does not say "jsonrpc": "2.0".'],
    ['no method', '{"jsonrpc": "2.0", "id": 1}', 1, 'Its method is not a string.'],
    [
      'an id that is an object',
      '{"jsonrpc": "2.0", "id": {}, "method": "vm.list"}',
      null,
      'Its id is neither a string nor a number nor null.',
    ],
    [
      'params that are a number',
      '{"jsonrpc": "2.0", "id": 1, "method": "vm.list", "params": 7}',
      1,
      'Its params are not an object.',
    ],
  ])('%s is an invalid request', async (_what, body, id, reason) => {
    const received = await post(body);
    expect(received.status).toBe(200);
    expect(received.body).toMatchObject({
      jsonrpc: '2.0',
      id,
      error: {
        code: -32_600,
        message: `This is not a JSON-RPC 2.0 request. ${reason}`,
        data: { code: 'validation-failed', remedy: expect.stringContaining('Send {"jsonrpc"') },
      },
    });
  });

  test('a list of params is refused', async () => {
    const received = await post({ ...listVms, id: 1, params: [1] });
    expect(received.body).toMatchObject({
      error: {
        code: -32_602,
        message: 'The params of vm.list are an array; the server supports only named params.',
      },
    });
  });

  test.each(['vm.fly', 'toString', '__proto__', ''])('%p is not a method', async (method) => {
    const received = await post({ ...listVms, id: 1, method });
    expect(received.body).toMatchObject({
      error: {
        code: -32_601,
        message: `No operation is named "${method}".`,
        data: { code: 'method-not-found', status: 404 },
      },
    });
  });

  test.each([
    ['{', "The body is not JSON: Expected property name or '}' at line 1, column 2."],
    ['', 'The request has no body.'],
    ['[1, 2', 'The body is not JSON: Expected'],
    ['{"__proto__": 1}', 'The body contains a forbidden key: __proto__.'],
  ])('the body %p is refused', async (body, message) => {
    const received = await post(body);
    expect(received.status).toBe(200);
    expect(received.body).toMatchObject({
      id: null,
      error: {
        code: -32_700,
        message: expect.stringContaining(message),
        data: { code: 'validation-failed' },
      },
    });
  });
});
