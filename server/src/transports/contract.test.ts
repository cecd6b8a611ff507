/** Every operation over every transport: the same input arrives, the same answer comes back. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  graphqlFieldOf,
  graphqlOperationNames,
} from '@novacron/contract/operations-table/graphql-names';
import { hasForeignCursor, listFingerprint } from '@novacron/contract/operations-table/list-cursor';
import {
  type OperationName,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import { V1_ROWS, type V1Row } from '@novacron/contract/operations-table/v1-mapping';
import { PROBLEM_KINDS, type ProblemCode, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { z } from 'zod';
import { sampleAnswer } from './test-kit/fake-application.ts';
import { OTHER_TENANT } from './test-kit/fake-event-feed.ts';
import { graphqlRequestOf } from './test-kit/graphql-query.ts';
import { type SampleMode, sampleId, sampleOf } from './test-kit/sample-values.ts';
import { type FakeServer, restRequestOf, startFakeServer } from './test-kit/start-fake-server.ts';
import { subscribe } from './test-kit/web-socket-client.ts';

let fake: FakeServer;

beforeAll(async () => {
  fake = await startFakeServer();
});

afterAll(() => fake.stop());

const modes: readonly SampleMode[] = ['all', 'required'];
const cases = operationNames().flatMap((name) => modes.map((mode) => [name, mode] as const));
const readCases = cases.filter(([name]) => graphqlOperationNames().includes(name));
const v1Cases = V1_ROWS.flatMap((row) => modes.map((mode) => [row.operation, mode, row] as const));
const Input = z.record(z.string(), z.unknown());
/** A page of what has ids, and of versions, which have none. */
const Page = z.looseObject({ items: z.array(z.looseObject({ id: z.string().optional() })) });

function inputOf(name: OperationName, mode: SampleMode): Record<string, unknown> {
  const row = operationRow(name);
  const input = Input.parse(sampleOf(row.input, mode));
  if (!hasForeignCursor(row, input)) return input;
  const fingerprint = listFingerprint(row, row.input.parse(input));
  const cursor = cursorOf(name, input);
  return {
    ...input,
    cursor: fingerprint === undefined ? cursor : `${cursor}.${fingerprint}`,
  };
}

/** GraphQL selects fields in its own way. */
function graphqlInputOf(name: OperationName, mode: SampleMode): Record<string, unknown> {
  const { fields: _fields, ...input } = inputOf(name, mode);
  return isList(name) ? input : inputOf(name, mode);
}

function isList(name: OperationName): boolean {
  return operationRow(name).listing !== undefined;
}

/** The cursor of a list's own items; of versions it has a number behind the id. */
function cursorOf(name: OperationName, input: Readonly<Record<string, unknown>>): string {
  const page = Page.parse(sampleOf(operationRow(name).output));
  return page.items[0]?.id ?? `${String(input.id)}/000000001`;
}

/** The input of an operation as far as v1 may say it. */
function v1InputOf(row: V1Row, mode: SampleMode): Record<string, unknown> {
  const known = [...Object.values(row.request), 'id', 'idempotency_key', 'if_revision'];
  const fields = Object.entries(inputOf(row.operation, mode));
  // Cursors of v1 are ids, whatever the filters.
  const plain = fields.map(([name, value]) => [
    name,
    name === 'cursor' ? String(value).split('.')[0] : value,
  ]);
  return Object.fromEntries(plain.filter(([name]) => known.includes(String(name))));
}

function v2NounOf(name: OperationName): string {
  return operationRow(name).rest.path.split('/')[1] ?? '';
}

function callRpc(method: string, params: unknown) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return fake.send('/rpc', { method: 'POST', body });
}

function expectedInput(name: OperationName, mode: SampleMode): unknown {
  return operationRow(name).input.parse(inputOf(name, mode));
}

describe('every operation', () => {
  test.each(operationNames())('%s has a sample answer that its schema accepts', (name) => {
    expect(operationRow(name).output.safeParse(sampleAnswer(name)).error).toBeUndefined();
  });

  test.each(cases)('%s with %s fields arrives and is answered over REST', async (name, mode) => {
    const { path, sent } = restRequestOf(name, inputOf(name, mode));
    const received = await fake.send(path, sent);
    expect(received.body).toEqual(sampleAnswer(name));
    expect(received.status).toBe(operationRow(name).rest.status);
    expect(fake.application.calls.at(-1)).toMatchObject({
      name,
      input: expectedInput(name, mode),
    });
  });

  test.each(cases)(
    '%s with %s fields arrives and is answered over JSON-RPC',
    async (name, mode) => {
      const received = await callRpc(name, inputOf(name, mode));
      expect(received.body).toEqual({ jsonrpc: '2.0', id: 1, result: sampleAnswer(name) });
      expect(received.status).toBe(200);
      const call = fake.application.calls.at(-1);
      expect([call?.name, call?.input]).toEqual([name, expectedInput(name, mode)]);
    },
  );

  test.each(readCases)(
    '%s with %s fields arrives and is answered over GraphQL',
    async (name, mode) => {
      const input = graphqlInputOf(name, mode);
      const request = graphqlRequestOf(name, input);
      const received = await fake.send('/graphql', {
        method: 'POST',
        body: JSON.stringify(request),
      });
      expect(received.body).toEqual({ data: { [graphqlFieldOf(name)]: sampleAnswer(name) } });
      const call = fake.application.calls.at(-1);
      expect([call?.name, call?.input]).toEqual([name, operationRow(name).input.parse(input)]);
    },
  );

  test.each(v1Cases)(
    '%s with %s fields arrives and is answered over v1',
    async (name, mode, row) => {
      const input = v1InputOf(row, mode);
      const { path, sent } = restRequestOf(name, input);
      const v1Path = path.replace(`/api/v2/${v2NounOf(name)}`, `/api/v1/${row.path.split('/')[1]}`);
      const received = await fake.send(v1Path, sent);
      expect(received.status).toBe(row.status);
      const call = fake.application.calls.at(-1);
      expect([call?.name, call?.input]).toEqual([name, operationRow(name).input.parse(input)]);
      const answer = Input.parse(sampleAnswer(name));
      const whole = Input.parse(answer.resource ?? answer);
      for (const [key, value] of Object.entries(Input.parse(received.body))) {
        if (key in row.resource && key in whole) expect(value).toEqual(whole[key]);
      }
    },
  );

  test('event.list answers what a WebSocket sends', async () => {
    const stored = [
      fake.feed.publish(),
      fake.feed.publish({ tenant_id: OTHER_TENANT }),
      fake.feed.publish(),
    ];
    fake.application.answerWith(fake.feed.list);
    const listed = await fake.send('/api/v2/events');
    const client = await subscribe(fake, { after_position: 0 });
    const sent = [await client.next(), await client.next()];
    client.webSocket.terminate();
    fake.application.answerWith(async ({ name }) => ok(sampleAnswer(name)));
    expect(sent).toEqual([stored[0], stored[2]].map((event) => ({ type: 'event', event })));
    expect(listed.body).toEqual({ items: [stored[0], stored[2]], last_position: 3 });
  });

  test.each(operationNames())('%s refuses a role that is too small', async (name) => {
    const { role } = operationRow(name);
    if (role === 'viewer') return;
    const smaller = role === 'admin' ? 'operator' : 'viewer';
    const before = fake.application.calls.length;
    const { path, sent } = restRequestOf(name, inputOf(name, 'required'));
    const received = await fake.send(path, { ...sent, role: smaller });
    expect(received.status).toBe(403);
    expect(received.body).toMatchObject({
      code: 'forbidden',
      detail: `${name} needs the role ${role}; your key has the role ${smaller}.`,
      remedy: `Use an API key with the role ${role}, or ask an admin to do it.`,
    });
    expect(fake.application.calls).toHaveLength(before);
  });
});

describe('headers of answers', () => {
  test('a resource that is read carries its revision as ETag', async () => {
    const received = await fake.send(`/api/v2/vms/${sampleId('vm')}`);
    expect(received.headers.get('etag')).toBe('"4"');
  });

  test('a resource that is written carries its revision as ETag', async () => {
    const { path, sent } = restRequestOf('vm.update', inputOf('vm.update', 'required'));
    expect((await fake.send(path, sent)).headers.get('etag')).toBe('"4"');
  });

  test('a list carries no ETag', async () => {
    expect((await fake.send('/api/v2/vms')).headers.get('etag')).toBeNull();
  });

  test('an ETag never saves an answer, because a status may change below a revision', async () => {
    const headers = { 'if-none-match': '"4"' };
    expect((await fake.send(`/api/v2/vms/${sampleId('vm')}`, { headers })).status).toBe(200);
  });

  test('what was created says where it is', async () => {
    const { path, sent } = restRequestOf('volume.create', inputOf('volume.create', 'required'));
    const { headers } = await fake.send(path, sent);
    expect(headers.get('location')).toBe(`/api/v2/volumes/${sampleId('vol')}`);
  });

  test('an action on a resource and an API key, which cannot be read, say no place', async () => {
    for (const name of ['vm.migrate', 'api_key.create'] as const) {
      const { path, sent } = restRequestOf(name, inputOf(name, 'required'));
      expect((await fake.send(path, sent)).headers.get('location')).toBeNull();
    }
  });
});

describe('every problem', () => {
  // Object.keys forgets the keys' type; the table is closed, so they are just these.
  const codes = Object.keys(PROBLEM_KINDS) as ProblemCode[];

  test.each(codes)('%s has its status and its document over every transport', async (code) => {
    const words = { detail: `What is wrong: ${code}.`, remedy: 'Do this.', data: { limit: 3 } };
    fake.application.answerWith(async () => err(problem(code, words)));
    const rest = await fake.send('/api/v2/vms');
    const rpc = await callRpc('vm.list', {});
    const v1 = await fake.send('/api/v1/vms');
    const query = JSON.stringify({ query: '{ vms { next_cursor } }' });
    const graphql = await fake.send('/graphql', { method: 'POST', body: query });
    fake.application.answerWith(async ({ name }) => ok(sampleAnswer(name)));
    const { status, title } = PROBLEM_KINDS[code];
    const type = `urn:novacron:problem:${code}`;
    const document = { type, title, status, code, ...words, errors: [] };
    expect(rest.status).toBe(status);
    expect(rest.headers.get('content-type')).toBe('application/problem+json');
    expect(rest.body).toEqual({ ...document, instance: rest.headers.get('x-request-id') });
    expect([v1.status, v1.body]).toEqual([
      status,
      { ...document, instance: v1.headers.get('x-request-id') },
    ]);
    const instance = graphql.headers.get('x-request-id');
    expect(graphql.body).toMatchObject({
      data: { vms: null },
      errors: [{ message: words.detail, extensions: { code, problem: { ...document, instance } } }],
    });
    const special: Partial<Record<ProblemCode, number>> = {
      'validation-failed': -32_602,
      'method-not-found': -32_601,
    };
    expect(rpc.status).toBe(200);
    expect(rpc.body).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: special[code] ?? -32_000,
        message: words.detail,
        data: { ...document, instance: rpc.headers.get('x-request-id') },
      },
    });
  });

  test('one that passes by itself says when to come back', async () => {
    fake.application.answerWith(async () =>
      err(problem('unavailable', { detail: 'The store is away.', remedy: 'Wait.' })),
    );
    const received = await fake.send('/api/v2/vms');
    fake.application.answerWith(async ({ name }) => ok(sampleAnswer(name)));
    expect(received.headers.get('retry-after')).toBe('1');
  });

  test('one about too many requests says in how many seconds the next one may come', async () => {
    const words = { detail: 'Too many.', remedy: 'Wait.', data: { retry_after_ms: 2_001 } };
    fake.application.answerWith(async () => err(problem('rate-limited', words)));
    const received = await fake.send('/api/v2/vms');
    fake.application.answerWith(async ({ name }) => ok(sampleAnswer(name)));
    expect(received.status).toBe(429);
    expect(received.headers.get('retry-after')).toBe('3');
  });
});
