/** GraphQL over HTTP: relations, limits, errors and subscriptions. */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Event } from '@novacron/contract/events/event';
import { makeId } from '@novacron/contract/ids';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import fc from 'fast-check';
import { getIntrospectionQuery } from 'graphql';
import { HEARTBEAT_MS } from '../events/watch-key.ts';
import { openEventSource } from '../test-kit/event-source.ts';
import { sampleAnswer } from '../test-kit/fake-application.ts';
import { sampleId } from '../test-kit/sample-values.ts';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(() => fake.stop());

function ask(query: string, variables?: object) {
  return fake.send('/graphql', { method: 'POST', body: JSON.stringify({ query, variables }) });
}

/** The detail of the only error. */
async function refusal(query: string, variables?: object): Promise<unknown> {
  const { body } = await ask(query, variables);
  expect(body).toMatchObject({
    errors: [{ extensions: { code: 'validation-failed', problem: { status: 400 } } }],
  });
  return (body as { errors: { message: string }[] }).errors[0]?.message;
}

const networkId = (number: number) => makeId('net', number, new Uint8Array(10));

describe('relations', () => {
  /** A page of VMs in a number of networks, and the networks. */
  function answerVms(vms: number, networks: number): void {
    fake.application.answerWith(async ({ name, input }) => {
      if (name === 'network.get')
        return ok({ ...(sampleAnswer(name) as object), ...(input as object) });
      const vm = sampleAnswer('vm.get') as object;
      const items = Array.from({ length: vms }, (_, index) => ({
        ...vm,
        network_id: networkId(index % networks),
      }));
      return ok({ items, next_cursor: null });
    });
  }

  test('a page of VMs asks for each of their networks once', async () => {
    answerVms(100, 3);
    const { body } = await ask('{ vms { items { network { id } } } }');
    const found = (body as { data: { vms: { items: { network: { id: string } }[] } } }).data;
    expect(found.vms.items.map(({ network }) => network.id)).toEqual(
      Array.from({ length: 100 }, (_, index) => networkId(index % 3)),
    );
    expect(fake.application.calls.map(({ name }) => name)).toEqual([
      'vm.list',
      ...Array.from({ length: 3 }, () => 'network.get'),
    ]);
  });

  test('a volume leads to its VM, and on to the network of it', async () => {
    const { body } = await ask(
      '{ volumes { items { attached_to attached_to_vm { name network { cidr } } } } }',
    );
    expect(body).toEqual({
      data: {
        volumes: {
          items: [
            {
              attached_to: sampleId('vm'),
              attached_to_vm: { name: 'sample-01', network: { cidr: '10.0.0.0/16' } },
            },
          ],
        },
      },
    });
  });

  test('what is gone is null, and so is what is not named', async () => {
    fake.application.answerWith(async ({ name }) =>
      name === 'vm.get'
        ? ok({ ...(sampleAnswer(name) as object), template_id: null })
        : err(problem('not-found', { detail: 'It is gone.', remedy: 'Look elsewhere.' })),
    );
    const { body } = await ask(
      `{ vm(id: "${sampleId('vm')}") { network { id } template { id } } }`,
    );
    expect(body).toEqual({ data: { vm: { network: null, template: null } } });
  });

  test('what cannot be asked for is an error at its place, and the rest is answered', async () => {
    fake.application.answerWith(async ({ name }) =>
      name === 'vm.get'
        ? ok(sampleAnswer(name))
        : err(problem('unavailable', { detail: 'The store is away.', remedy: 'Wait.' })),
    );
    const { body } = await ask(`{ vm(id: "${sampleId('vm')}") { name network { id } } }`);
    expect(body).toMatchObject({
      data: { vm: { name: 'sample-01', network: null } },
      errors: [{ path: ['vm', 'network'], extensions: { problem: { code: 'unavailable' } } }],
    });
  });
});

describe('limits', () => {
  test('a query that may cost too much is refused before anything is asked', async () => {
    const query = 'query($n: Int) { vms(first: $n) { items { id network { id } } } }';
    expect((await ask(query, { n: 1_000 })).body).not.toHaveProperty('errors');
    const page = 'vms(first: $n) { items { network { id } } }';
    const pages = [...'abcdefg'].map((name) => `${name}: ${page}`);
    const often = `query($n: Int) { ${pages.join(' ')} }`;
    fake.application.answerWith(async () => {
      throw new Error('a query that costs too much was run');
    });
    expect(await refusal(often, { n: 1_000 })).toBe(
      'The query may cost 77077; the limit is 72000.',
    );
  });

  test('a document that is too long is refused', async () => {
    expect(await refusal(`{ ${'__typename '.repeat(2_000)} }`)).toBe(
      'The query is not valid at line 1, column 21992: Syntax Error: ' +
        'Document contains more that 2000 tokens. Parsing aborted.',
    );
  });

  test('a page that is too large is refused in the words of the query', async () => {
    const { body } = await ask('{ vms(first: 1001) { items { id } } }');
    expect(body).toMatchObject({
      data: { vms: null },
      errors: [
        { extensions: { problem: { code: 'validation-failed', errors: [{ path: ['first'] }] } } },
      ],
    });
  });

  test('the schema requires a key', async () => {
    const { body } = await ask(getIntrospectionQuery());
    expect(body).toHaveProperty(['data', '__schema', 'types']);
    const anonymous = await fake.send('/graphql', {
      method: 'POST',
      role: null,
      body: JSON.stringify({ query: getIntrospectionQuery() }),
    });
    expect(anonymous.status).toBe(401);
  });
});

describe('errors', () => {
  const invalid: readonly [string, string, string][] = [
    [
      'that does not parse',
      '{ vms',
      'The query is not valid at line 1, column 6: Syntax Error: Expected Name, found <EOF>.',
    ],
    [
      'of an unknown field',
      '{ vmz }',
      'The query is not valid at line 1, column 3: Cannot query field "vmz" on type "Query".',
    ],
    [
      'that would write',
      'mutation { a }',
      'Schema is not configured to execute mutation operation.',
    ],
    [
      'that lacks a variable',
      'query($n: Int!) { vms(first: $n) { next_cursor } }',
      'Variable "$n" of required type "Int!" was not provided.',
    ],
  ];
  test.each(invalid)('a query %s is refused with its place', async (_name, query, detail) => {
    expect(await refusal(query)).toContain(detail);
  });

  test('a fault keeps its words inside and is logged once', async () => {
    fake.application.answerWith(async ({ name }) =>
      ok({ ...(sampleAnswer(name) as object), status: 'a secret of the server' }),
    );
    const { status, text } = await ask(`{ vm(id: "${sampleId('vm')}") { status } }`);
    expect(status).toBe(200);
    expect(text).not.toContain('secret');
    expect(JSON.parse(text)).toMatchObject({
      errors: [{ path: ['vm', 'status'], extensions: { problem: { code: 'internal' } } }],
    });
    expect(fake.lines).toMatchObject([{ level: 'error', message: 'a request met a fault' }]);
  });

  const bodies: readonly [string, string, number, string][] = [
    ['that is not JSON', '{', 400, 'The body is not JSON'],
    ['without a query', '{}', 400, 'The GraphQL request is not valid at query'],
    ['that is a batch', '[]', 400, 'The GraphQL request is not valid'],
  ];
  test.each(bodies)('a body %s is a problem document', async (_name, body, status, detail) => {
    const received = await fake.sendRefused('/graphql', { method: 'POST', body });
    expect(received.status).toBe(status);
    expect(received.text).toContain(detail);
  });

  test('another method and another media type are problem documents', async () => {
    expect((await fake.sendRefused('/graphql')).status).toBe(405);
    const headers = { accept: 'text/html' };
    const body = JSON.stringify({ query: '{ __typename }' });
    const received = await fake.sendRefused('/graphql', { method: 'POST', body, headers });
    expect(received.status).toBe(406);
  });

  test('a caller who hangs up is not a fault', async () => {
    const aborter = new AbortController();
    const aborted = new Promise<void>((resolve) => {
      fake.application.answerWith(async ({ context }) => {
        aborter.abort();
        await once(context.signal, 'abort');
        resolve();
        throw context.signal.reason;
      });
    });
    const { signal } = aborter;
    const headers = {
      authorization: 'Bearer secret-of-viewer',
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ query: '{ vms { next_cursor } }' });
    const asked = fetch(`${fake.server.url}/graphql`, { method: 'POST', headers, body, signal });
    await expect(asked).rejects.toThrow('aborted');
    await aborted;
    await fake.stop();
    expect(fake.lines).toEqual([]);
  });

  test('the role is looked at for each field', async () => {
    const body = JSON.stringify({ query: '{ audit { next_cursor } vms { next_cursor } }' });
    const received = await fake.send('/graphql', { method: 'POST', body, role: 'viewer' });
    expect(received.body).toMatchObject({
      data: { audit: null, vms: {} },
      errors: [{ path: ['audit'], extensions: { problem: { code: 'forbidden' } } }],
    });
  });
});

describe('the subscription to events', () => {
  const positionsOf = async (
    source: Awaited<ReturnType<typeof openEventSource>>,
    count: number,
  ) => {
    const positions: unknown[] = [];
    while (positions.length < count) positions.push((await source.next())?.data?.events.position);
    return positions;
  };

  beforeEach(() => fake.application.answerWith(fake.feed.list));

  test('sends what is stored, then what happens, filtered', async () => {
    const types: Event['type'][] = ['vm.created', 'volume.created', 'vm.deleted'];
    for (const type of types) fake.feed.publish({ type });
    const source = await openEventSource(fake, { filter: { types: ['vm.*'] }, after: 0 });
    expect(await positionsOf(source, 2)).toEqual([1, 3]);
    fake.feed.publish({ type: 'network.created' });
    fake.feed.publish({ type: 'vm.created' });
    expect(await positionsOf(source, 1)).toEqual([5]);
    source.hangUp();
  });

  test('goes through more stored events than it keeps at a time', async () => {
    for (let count = 0; count < 3_000; count += 1) fake.feed.store();
    const source = await openEventSource(fake, { after: 0 });
    const positions = await positionsOf(source, 3_000);
    expect(positions).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1));
    source.hangUp();
  });

  test('ends with resume-expired behind a position that is too old', async () => {
    for (let count = 0; count < 5; count += 1) fake.feed.publish();
    fake.feed.forgetBefore(4);
    const source = await openEventSource(fake, { after: 1 });
    const answer = await source.next();
    expect(answer?.errors?.[0]?.extensions.problem).toMatchObject({ code: 'resume-expired' });
    expect(await source.next()).toBeUndefined();
  });

  test('ends for a revoked key at the next heartbeat', async () => {
    fake.feed.store();
    const source = await openEventSource(fake, { after: 0 });
    await positionsOf(source, 1);
    fake.application.authenticateWith(async () =>
      err(problem('unauthenticated', { detail: 'The API key is revoked.', remedy: 'Ask.' })),
    );
    fake.timers.advance(HEARTBEAT_MS);
    const answer = await source.next();
    expect(answer?.errors?.[0]?.extensions.problem).toMatchObject({ code: 'unauthenticated' });
  });

  test('ends when the server stops, and holds the stop up by nothing', async () => {
    fake.feed.store();
    const source = await openEventSource(fake, { after: 0 });
    await positionsOf(source, 1);
    const stopped = fake.stop();
    const answer = await source.next();
    expect(answer?.errors?.[0]?.extensions.problem).toMatchObject({
      detail: 'The server is stopping.',
    });
    await stopped;
    expect(fake.feed.listeners()).toBe(0);
  });

  test('wants a caller who takes server-sent events', async () => {
    const body = JSON.stringify({ query: 'subscription { events { position } }' });
    const headers = { accept: 'application/json' };
    const received = await fake.send('/graphql', { method: 'POST', body, headers });
    expect(received.status).toBe(406);
    expect(received.body).toMatchObject({ code: 'unsupported-media-type' });
  });
});

describe('the server survives', () => {
  const name = fc.constantFrom(
    'vms',
    'vm',
    'items',
    'id',
    'network',
    '__schema',
    '__typename',
    'x',
  );
  const { selection } = fc.letrec<{ selection: string }>((tie) => ({
    selection: fc.oneof(
      { depthSize: 'small' },
      name,
      fc
        .tuple(name, fc.array(tie('selection'), { minLength: 1, maxLength: 3 }))
        .map(([field, inner]) => `${field} { ${inner.join(' ')} }`),
      fc.tuple(name, fc.json()).map(([field, value]) => `${field}(first: ${value})`),
      fc.tuple(name, tie('selection')).map(([type, inner]) => `... on ${type} { ${inner} }`),
    ),
  }));

  test('any query, with any variables', async () => {
    const query = fc.oneof(
      fc.array(selection, { minLength: 1, maxLength: 3 }).map((parts) => `{ ${parts.join(' ')} }`),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'fragment A on Query { ...A } { ...A }',
        'query A { vms { ...B } } query C { x }',
      ),
    );
    await fc.assert(
      fc.asyncProperty(query, fc.jsonValue(), async (text, variables) => {
        const body = JSON.stringify({ query: text, variables });
        const received = await fake.send('/graphql', { method: 'POST', body });
        expect([200, 400]).toContain(received.status);
        expect(received.text).not.toContain('"internal"');
      }),
    );
    expect(fake.lines).toEqual([]);
  });
});
