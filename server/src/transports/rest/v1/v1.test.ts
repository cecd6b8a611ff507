/** The frozen v1: what went in and came out on the day it was frozen still does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { JsonObject } from '@novacron/contract/json';
import { V1_ROWS } from '@novacron/contract/operations-table/v1-mapping';
import { PROBLEM_KINDS } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { z } from 'zod';
import { sampleId } from '../../test-kit/sample-values.ts';
import {
  type FakeServer,
  type Received,
  startFakeServer,
} from '../../test-kit/start-fake-server.ts';

const FOLDER = join(__dirname, 'testdata');

/** One request with its answer, and what passes between v1 and v2 behind it. */
const Golden = z.strictObject({
  request: z.strictObject({
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()),
    body: JsonObject.optional(),
  }),
  /** Absent where v1 refuses the request itself. */
  operation: z.string().optional(),
  input: JsonObject.optional(),
  answer: JsonObject.optional(),
  problem: z
    .strictObject({
      code: z.enum(['not-found', 'no-capacity', 'validation-failed']),
      detail: z.string(),
      remedy: z.string(),
      fields: z.array(z.strictObject({ path: z.array(z.string()), message: z.string() })),
    })
    .optional(),
  response: z.strictObject({
    status: z.int(),
    headers: z.record(z.string(), z.string()),
    body: JsonObject,
  }),
});

const goldens = readdirSync(FOLDER).map((file) => {
  const golden = Golden.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
  return [file.replace('.json', ''), golden] as const;
});

let fake: FakeServer;

beforeAll(async () => {
  fake = await startFakeServer();
});

afterAll(() => fake.stop());

beforeEach(() => {
  fake.application.answerWith(async () => ok({}));
});

function headersOf({ headers }: Received): Record<string, string> {
  const frozen = ['content-type', 'deprecation', 'etag', 'link', 'location'];
  return Object.fromEntries(
    frozen.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

describe('v1', () => {
  test.each(goldens)('%s is as it was frozen', async (_name, golden) => {
    const { request, operation, input, answer, problem, response } = golden;
    fake.application.answerWith(async () => (problem === undefined ? ok(answer) : err(problem)));
    const before = fake.application.calls.length;
    const received = await fake.send(request.path, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    const calls = fake.application.calls.slice(before);
    expect(calls.map((call) => [call.name, call.input])).toEqual(
      operation === undefined ? [] : [[operation, input]],
    );
    const { instance: _instance, ...body } = JsonObject.parse(received.body);
    expect({ status: received.status, headers: headersOf(received), body }).toEqual(response);
  });

  test.each(V1_ROWS.map((row) => [`${row.method} ${row.path}`, row] as const))(
    '%s is frozen by a file',
    (_name, row) => {
      const path = `/api/v1${row.path.replace('{id}', '[^/?]+')}`;
      const frozen = goldens.filter(
        ([, { request, response }]) =>
          request.method === row.method &&
          new RegExp(`^${path}(\\?.*)?$`).test(request.path) &&
          response.status === row.status,
      );
      expect(frozen).toHaveLength(1);
    },
  );

  test('a method that a path does not have is refused with a list of those it has', async () => {
    const received = await fake.send('/api/v1/storage', { method: 'PUT' });
    expect(received.status).toBe(405);
    expect(received.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS');
  });

  test('what v1 never had is not there', async () => {
    expect((await fake.send('/api/v1/volumes')).status).toBe(404);
    expect((await fake.send('/api/v1/policies')).status).toBe(404);
    const migrate = await fake.send(`/api/v1/vms/${sampleId('vm')}/migrate`, { method: 'POST' });
    expect(migrate.status).toBe(404);
  });

  test('it needs a key', async () => {
    expect((await fake.send('/api/v1/vms', { role: null })).status).toBe(
      PROBLEM_KINDS.unauthenticated.status,
    );
  });

  test('an answer of v2 that lost what v1 needs is a fault, not half an answer', async () => {
    fake.application.answerWith(async () => ok({ items: 'none' }));
    const received = await fake.send('/api/v1/vms');
    expect(received.status).toBe(500);
    expect(received.body).toMatchObject({ code: 'internal' });
  });
});
