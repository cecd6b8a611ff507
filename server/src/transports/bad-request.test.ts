/** Wrong fields, queries, headers and paths: each is refused with words to act on. */

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

test('the paths below /orchestration are at the root as well, behind the same door', async () => {
  const path = `/orchestration/policies/${sampleId('orc')}`;
  expect((await fake.send(path)).status).toBe(200);
  expect((await fake.send(path, { role: null })).status).toBe(401);
  await expectRefusal('/orchestration/placement/x', {}, { code: 'not-found' });
});

describe('fields', () => {
  test('each wrong field is reported at its path', async () => {
    const body = JSON.stringify({ ...VM, cpu_cores: 0, memory_gb: 1.01, colour: 'red' });
    const received = await expectRefusal('/api/v2/vms', post(body), {
      detail: expect.stringMatching(
        /^The input of vm.create is not valid at cpu_cores: .+ \(and 2 more\)$/,
      ),
      remedy: 'Correct the fields listed in errors and send the request again.',
    });
    expect(received.body).toMatchObject({
      errors: [
        { path: ['cpu_cores'] },
        { path: ['memory_gb'], message: 'must be a multiple of 0.0625 (64 MiB)' },
        { path: ['colour'], message: 'is not a known field' },
      ],
    });
  });

  test('an id of another kind is refused', async () => {
    await expectRefusal(
      `/api/v2/vms/${sampleId('net')}`,
      {},
      {
        errors: [{ path: ['id'], message: 'must be the id of a VM: vm_…' }],
      },
    );
  });

  test('a field that path and body say differently is refused', async () => {
    const body = JSON.stringify({ id: 'vm_other' });
    await expectRefusal(
      vmPath,
      { method: 'PATCH', body },
      {
        detail: 'The field id is said differently by the path and by the body.',
        errors: [{ path: ['id'], message: 'is said differently by the path and by the body' }],
      },
    );
  });

  test('a field that path and body say alike is accepted', async () => {
    const body = JSON.stringify({ id: sampleId('vm') });
    expect((await fake.send(vmPath, { method: 'PATCH', body })).status).toBe(202);
  });
});

describe('queries', () => {
  test('a key that is repeated is refused', async () => {
    await expectRefusal(
      '/api/v2/vms?limit=1&name=a&limit=2&limit=3',
      {},
      {
        detail: 'The query repeats parameters that may be set only once: limit.',
        errors: [{ path: ['limit'], message: 'is given 3 times' }],
      },
    );
  });

  test.each(['', 'abc', '1e2', '0x10', ' 7', '1.5', '-1', '99999', 'NaN'])(
    'the limit %p is refused at its field',
    async (limit) => {
      await expectRefusal(
        `/api/v2/vms?limit=${encodeURIComponent(limit)}`,
        {},
        {
          code: 'validation-failed',
          errors: [{ path: ['limit'] }],
        },
      );
    },
  );

  test.each(['colour', '__proto__', 'constructor', 'toString', 'limit[a]', ''])(
    'the unknown key %p is refused',
    async (key) => {
      await expectRefusal(
        `/api/v2/vms?${encodeURIComponent(key)}=1`,
        {},
        {
          errors: [{ path: [key], message: 'is not a known field' }],
        },
      );
    },
  );

  test('a query where a body belongs is refused', async () => {
    await expectRefusal('/api/v2/vms?name=a', post(JSON.stringify(VM)), {
      detail: 'POST takes its input from the body, but the URL has a query.',
      remedy: 'Move the fields of the query into the JSON body.',
    });
  });

  test('a body where a query belongs is refused', async () => {
    await expectRefusal(
      vmPath,
      { method: 'DELETE', body: '{"if_revision": 1}' },
      {
        detail: 'DELETE takes its input from the query, but the request has a body.',
      },
    );
  });
});

describe('headers', () => {
  test.each(['7', '"a"', '"1", "2"', '"-1"', 'W/7'])(
    'the If-Match %p is refused',
    async (match) => {
      await expectRefusal(
        vmPath,
        { method: 'DELETE', headers: { 'if-match': match } },
        {
          detail: 'The header If-Match must be one revision in quotes, such as "7".',
          errors: [{ path: ['if_revision'] }],
        },
      );
    },
  );

  test.each([
    ['"7"', 7],
    ['W/"7"', 7],
    ['*', undefined],
  ])('the If-Match %p guards the revision %p', async (match, revision) => {
    await fake.send(vmPath, { method: 'DELETE', headers: { 'if-match': match } });
    expect(fake.application.calls.at(-1)?.input).toEqual({
      id: sampleId('vm'),
      ...(revision === undefined ? {} : { if_revision: revision }),
    });
  });

  test.each([
    ['If-Match', '"7"', `${vmPath}/migrate`, 'if_revision'],
    ['Idempotency-Key', 'key-12345', '/api/v2/secrets', 'idempotency_key'],
  ])('%s is refused where it would mean nothing', async (header, value, where, field) => {
    const sent = post(JSON.stringify({}), { [header]: value });
    const received = await expectRefusal(where, sent, { code: 'validation-failed' });
    expect(received.body).toMatchObject({
      errors: expect.arrayContaining([{ path: [field], message: 'is not a known field' }]),
    });
  });
});

describe('paths and methods', () => {
  test.each(['/api/v2/nothing', '/api/v2', '/api/v3/vms', '/nothing', '/API/v2/vms', '/rpc/more'])(
    '%s leads to a problem that says where the paths are listed',
    async (where) => {
      await expectRefusal(
        where,
        {},
        {
          status: 404,
          code: 'not-found',
          detail: 'No resource exists at this path.',
          remedy: '/openapi.json lists all paths; /docs describes them.',
        },
      );
    },
  );

  test.each([
    ['PUT', '/api/v2/vms', 'POST, GET, HEAD, OPTIONS'],
    ['GET', '/rpc', 'POST, OPTIONS'],
    ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/api/v2/identity', 'GET, HEAD, OPTIONS'],
  ])('%s %s is refused with the methods that work', async (method, where, allowed) => {
    const received = await expectRefusal(
      where,
      { method },
      {
        status: 405,
        code: 'method-not-found',
        detail: `This path does not support ${method}; it supports ${allowed}.`,
      },
    );
    expect(received.headers.get('allow')).toBe(allowed);
  });

  test('OPTIONS lists the methods', async () => {
    const received = await fake.send('/api/v2/vms', { method: 'OPTIONS' });
    expect([received.status, received.text]).toEqual([204, '']);
    expect(received.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS');
  });

  test('HEAD works where GET does', async () => {
    const received = await fake.send('/api/v2/vms', { method: 'HEAD' });
    expect([received.status, received.text]).toEqual([200, '']);
  });

  test('a percent sign that escapes nothing is refused', async () => {
    await expectRefusal(
      '/api/v2/vms/%zz',
      {},
      {
        detail: 'The request cannot be read: its path, its length or its body is malformed.',
      },
    );
  });
});
