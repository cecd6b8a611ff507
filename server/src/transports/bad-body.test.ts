/** Bodies that are wrong: each is refused with words to act on. */

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleId } from './test-kit/sample-values.ts';
import {
  type FakeServer,
  type Received,
  type Sent,
  startFakeServer,
} from './test-kit/start-fake-server.ts';

let fake: FakeServer;

beforeAll(async () => {
  fake = await startFakeServer();
});

afterAll(() => fake.stop());

const VM = { name: 'web', cpu_cores: 1, memory_gb: 1, disk_gb: 10 };
const vmPath = `/api/v2/vms/${sampleId('vm')}`;

/** Refused before the application, with the expected members of the document. */
async function expectRefusal(where: string, sent: Sent, expected: object): Promise<Received> {
  const received = await fake.sendRefused(where, sent);
  expect(received.body).toMatchObject(expected);
  return received;
}

function post(body: Sent['body'], headers: Sent['headers'] = {}): Sent {
  return { method: 'POST', headers, ...(body === undefined ? {} : { body }) };
}

describe('bodies', () => {
  test.each([
    ['{"name": ', 'Unexpected end of JSON input at line 1, column 10'],
    ['{"name" 1}', "Expected ':' after property name at line 1, column 9"],
    ['{\n  "name": "a"\n  "b": 1}', "Expected ',' or '}' after property value at line 3, column 3"],
    ['{"a": 1}}', 'Unexpected non-whitespace character after JSON at line 1, column 9'],
    ['{"a": "\n"}', 'Bad control character in string literal at line 1, column 8'],
    ['{"a": "', 'Unterminated string at line 1, column 8'],
    ['tomorrow', "Unexpected token 'o'"],
    ['"secret at position 3" x', 'Unexpected non-whitespace character after JSON'],
  ])('%s is refused with what is wrong and where', async (body, words) => {
    const received = await expectRefusal('/api/v2/vms', post(body), {
      code: 'validation-failed',
      remedy: 'Correct the body and send it again.',
    });
    expect(received.body).toMatchObject({
      detail: expect.stringContaining(`The body is not JSON: ${words}`),
    });
    expect(received.text).not.toContain('secret');
  });

  test.each([
    ['[]', 'The body is not a JSON object.'],
    ['null', 'The body is not a JSON object.'],
    ['7', 'The body is not a JSON object.'],
    ['{"__proto__": {"a": 1}}', 'The body contains a forbidden key: __proto__.'],
    [
      '{"metadata": {"constructor": "a"}}',
      'The body contains a forbidden key: metadata.constructor.',
    ],
    [`${'['.repeat(100)}${']'.repeat(100)}`, 'The body is nested deeper than 64 levels.'],
    [
      '['.repeat(500_000),
      'The body is not JSON: Unexpected end of JSON input at line 1, column 500001.',
    ],
  ])('%.40s is refused', async (body, detail) => {
    await expectRefusal('/api/v2/vms', post(body), { code: 'validation-failed', detail });
  });

  test('bytes that are not text are refused', async () => {
    await expectRefusal('/api/v2/vms', post(Uint8Array.of(0x22, 0xff, 0xfe, 0x22)), {
      detail: 'The body is not UTF-8 text.',
    });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
  ])('a body sent as %s is refused', async (type) => {
    await expectRefusal('/api/v2/vms', post('{}', { 'content-type': type }), {
      status: 415,
      code: 'unsupported-media-type',
      detail: `The body is sent as ${type}; the server supports only JSON in UTF-8.`,
    });
  });

  test('a body without a type is refused', async () => {
    await expectRefusal(
      '/api/v2/vms',
      post(new TextEncoder().encode('{}'), { 'content-type': '' }),
      {
        code: 'unsupported-media-type',
      },
    );
  });

  test('a body in an unknown compression is refused', async () => {
    await expectRefusal('/api/v2/vms', post('{}', { 'content-encoding': 'zip' }), {
      code: 'unsupported-media-type',
      detail: 'The server does not support the Content-Encoding of the body.',
    });
  });

  test('a body that is compressed wrongly is refused', async () => {
    await expectRefusal('/api/v2/vms', post('{}', { 'content-encoding': 'gzip' }), {
      code: 'validation-failed',
      detail: 'The request cannot be read: its path, its length or its body is malformed.',
    });
  });

  test.each(['/api/v2/policies', '/rpc'])('a body over 1 MiB is refused at %s', async (where) => {
    await expectRefusal(where, post(JSON.stringify({ rule: 'x'.repeat(1_048_576) })), {
      status: 413,
      code: 'payload-too-large',
      detail: 'The body is larger than 1048576 bytes.',
      data: { bytes_max: 1_048_576 },
    });
  });

  test('a small body that unpacks to a large one is refused', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(20_000_000, 0x20)));
    await expectRefusal('/api/v2/vms', post(bomb, { 'content-encoding': 'gzip' }), {
      code: 'payload-too-large',
    });
  });

  test('a compressed body is read', async () => {
    const body = new Uint8Array(gzipSync(JSON.stringify(VM)));
    const received = await fake.send('/api/v2/vms', post(body, { 'content-encoding': 'gzip' }));
    expect(received.status).toBe(202);
  });

  test('the largest policy text fits', async () => {
    const body = JSON.stringify({ name: 'p', type: 'access', rule: '\n'.repeat(262_144) });
    expect((await fake.send('/api/v2/policies', post(body))).status).toBe(201);
  });

  test('an action whose fields are all optional needs no body', async () => {
    expect((await fake.send(`${vmPath}/migrate`, { method: 'POST' })).status).toBe(202);
  });
});
