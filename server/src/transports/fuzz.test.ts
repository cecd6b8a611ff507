/** Whatever is sent: never a fault, always either an answer or a problem document. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationNames, operationRow } from '@novacron/contract/operations-table/operations';
import { ProblemDocument } from '@novacron/contract/problem/problem';
import fc from 'fast-check';
import { z } from 'zod';
import { sampleId, sampleOf } from './test-kit/sample-values.ts';
import {
  type FakeServer,
  type Received,
  restRequestOf,
  type Sent,
  startFakeServer,
} from './test-kit/start-fake-server.ts';

let fake: FakeServer;

beforeAll(async () => {
  fake = await startFakeServer();
});

afterAll(() => fake.stop());

const Input = z.record(z.string(), z.unknown());
const RpcError = z.object({ error: z.object({ code: z.number(), data: ProblemDocument }) });

/** An answer, or a problem that says everything a problem has to say. */
function expectAnswerOrProblem(received: Received): void {
  expect(received.headers.get('x-request-id')).toMatch(/^req_/);
  if (received.status < 400) return;
  expect(received.status).toBeLessThan(500);
  expect(received.headers.get('content-type')).toBe('application/problem+json');
  const document = ProblemDocument.parse(received.body);
  expect(document.status).toBe(received.status);
  expect(document.detail).toMatch(/\S/);
  expect(document.remedy).toMatch(/\S/);
}

async function survive(where: string, sent: Sent): Promise<void> {
  expectAnswerOrProblem(await fake.send(where, sent));
}

const anyName = fc.constantFrom(...operationNames());
const anyMethod = fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS');
/** A header that HTTP can carry: printable ASCII without blanks at its ends. */
const anyHeader = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);

/** A valid input of a random operation in which one thing is replaced or added. */
const anyAlmostValid = anyName.chain((name) => {
  const input = Input.parse(sampleOf(operationRow(name).input));
  const key = fc.oneof(fc.constantFrom('id', ...Object.keys(input)), fc.string());
  return fc.tuple(fc.constant(name), fc.constant(input), key, fc.jsonValue());
});

describe('the server survives', () => {
  test('any text as a body', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, fc.string({ unit: 'binary' }), async (name, body) => {
        const { path } = restRequestOf(name, { id: sampleId('vm') });
        await survive(path, { method: 'POST', body });
        await survive(path, { method: 'PATCH', body });
      }),
    );
  });

  test('any bytes as a body, under any type and encoding', async () => {
    const bytes = fc.uint8Array({ minLength: 1 }).map((array) => new Uint8Array(array));
    const type = fc.oneof(fc.constant('application/json'), anyHeader);
    const encoding = fc.constantFrom('identity', 'gzip', 'deflate', 'br', 'zip');
    await fc.assert(
      fc.asyncProperty(bytes, type, encoding, async (body, contentType, contentEncoding) => {
        const headers = { 'content-type': contentType, 'content-encoding': contentEncoding };
        await survive('/api/v2/vms', { method: 'POST', body, headers });
      }),
    );
  });

  test('any JSON as a body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), async (body) => {
        await survive('/api/v2/vms', { method: 'POST', body });
        await survive('/api/v2/admission/preview', { method: 'POST', body });
      }),
    );
  });

  test('an input in which one thing is off, over REST and JSON-RPC', async () => {
    await fc.assert(
      fc.asyncProperty(anyAlmostValid, async ([name, input, key, value]) => {
        const params = Object.fromEntries([...Object.entries(input), [key, value]]);
        const rest = restRequestOf(name, input);
        const { body } = rest.sent;
        await survive(rest.path, {
          ...rest.sent,
          ...(body === undefined ? {} : { body: JSON.stringify(params) }),
        });
        const call = { jsonrpc: '2.0', id: 1, method: name, params };
        const answer = await fake.send('/rpc', { method: 'POST', body: JSON.stringify(call) });
        expect(answer.status).toBe(200);
        const failed = RpcError.safeParse(answer.body);
        if (failed.success) expect(failed.data.error.data.code).toBe('validation-failed');
      }),
    );
  });

  test('any path and method', async () => {
    const segment = fc.oneof(
      fc.constantFrom('api', 'v2', 'vms', 'rpc', '..', '%', '%00', '%2f', sampleId('vm')),
      fc.webSegment(),
    );
    const where = fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`);
    await fc.assert(
      fc.asyncProperty(anyMethod, where, async (method, path) => survive(path, { method })),
    );
  });

  test('any query', async () => {
    const pair = fc.tuple(
      fc.oneof(fc.constantFrom('limit', 'cursor', 'name', '__proto__', 'a[b]'), fc.string()),
      fc.string(),
    );
    const query = fc.oneof(
      fc.array(pair, { maxLength: 5 }).map((pairs) => new URLSearchParams(pairs).toString()),
      fc.webQueryParameters(),
      fc.stringMatching(/^[%&=a-z+]*$/),
    );
    await fc.assert(
      fc.asyncProperty(anyName, query, async (name, text) => {
        const { path } = restRequestOf(name, { id: sampleId('vm') });
        await survive(`${path.split('?')[0]}?${text}`, {});
      }),
    );
  });

  test('any headers of ours', async () => {
    await fc.assert(
      fc.asyncProperty(anyHeader, anyHeader, async (first, second) => {
        const headers = {
          'if-match': first,
          'idempotency-key': second,
          'novacron-client': first,
          'novacron-deployment': second,
        };
        await survive(`/api/v2/vms/${sampleId('vm')}`, { method: 'DELETE', headers });
        await survive('/api/v2/vms', { role: null, headers: { authorization: first } });
      }),
    );
  });

  test('any JSON as a JSON-RPC payload', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 5 }), async (body) => {
        const received = await fake.send('/rpc', { method: 'POST', body });
        expect(received.status).toBe(200);
      }),
    );
  });

  test('all of it without a single fault in the log', () => {
    expect(fake.lines).toEqual([]);
  });
});
