import { afterEach, describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { openBatchTransport, type Transport } from './batch-transport.ts';
import { type Exchange, type RpcServer, startRpcServer } from './test-kit/start-rpc-server.ts';

const NETWORK = 'network.get' as const;

describe('the batch transport', () => {
  let server: RpcServer;
  let transport: Transport;

  afterEach(async () => {
    transport.close();
    await server.close();
  });

  async function open(reply: (exchange: Exchange) => void) {
    server = await startRpcServer(reply);
    transport = openBatchTransport({
      endpoint: new URL(server.url),
      apiKey: 'the-key',
      deployment: 'blue',
    });
  }

  const get = (id: string, signal?: AbortSignal) => transport.send(NETWORK, { id }, signal);

  test('calls of one turn travel in one request, in their order, with who calls', async () => {
    await open(({ calls, answer }) => answer(calls.map(({ id }) => ({ id, result: id }))));
    const answers = await Promise.all([get('a'), get('b'), get('c')]);
    expect(answers).toEqual([1, 2, 3].map((value) => ({ ok: true, value })));
    expect(server.batches.map((calls) => calls.map(({ params }) => params))).toEqual([
      [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
    ]);
    expect(server.headers[0]).toMatchObject({
      authorization: 'Bearer the-key',
      'novacron-client': 'terraform',
      'novacron-deployment': 'blue',
      'user-agent': expect.stringMatching(/^terraform-provider-novacron\/\d.* \(contract \d+\)$/),
    });
    await get('d');
    expect(server.batches).toHaveLength(2);
  });

  test('more than a hundred calls are divided', async () => {
    await open(({ calls, answer }) => answer(calls.map(({ id }) => ({ id, result: id }))));
    await Promise.all(Array.from({ length: 205 }, (_, index) => get(String(index))));
    expect(server.batches.map(({ length }) => length).sort()).toEqual([100, 100, 5]);
  });

  test('a long poll travels alone, so that nothing waits for it', async () => {
    await open(({ calls, answer }) => answer(calls.map(({ id }) => ({ id, result: id }))));
    await Promise.all([get('a'), transport.send('operation.wait', { id: 'op' }, undefined)]);
    const methods = server.batches.map((calls) => calls.map(({ method }) => method));
    expect(methods).toContainEqual(['operation.wait']);
    expect(methods).toContainEqual([NETWORK]);
  });

  test('writes travel apart from reads, and ask to be answered with their ends', async () => {
    await open(({ calls, answer }) => answer(calls.map(({ id }) => ({ id, result: id }))));
    const write = (id: string) => transport.send('network.delete', { id }, undefined);
    await Promise.all([get('a'), write('b'), get('c'), write('d')]);
    const asked = server.batches.map((calls, index) => [
      calls.map(({ params }) => params.id).join(),
      server.headers[index]?.prefer,
    ]);
    expect(asked.sort()).toEqual([
      ['a,c', undefined],
      ['b,d', 'wait=1'],
    ]);
  });

  test('answers find their calls in any order', async () => {
    await open(({ calls, answer }) =>
      answer([...calls].reverse().map(({ id, params }) => ({ id, result: params }))),
    );
    expect(await Promise.all([get('a'), get('b')])).toEqual([
      { ok: true, value: { id: 'a' } },
      { ok: true, value: { id: 'b' } },
    ]);
  });

  test('a batch of one may be answered without the array around it', async () => {
    await open(({ calls, answer }) => answer({ id: calls[0]?.id, result: 'bare' }));
    expect(await get('a')).toEqual({ ok: true, value: 'bare' });
  });

  test('a problem of one call is no trouble of the others', async () => {
    const found = problem('not-found', { detail: 'No such network.', remedy: 'Look.' });
    await open(({ calls, answer }) =>
      answer(
        calls.map(({ id }, index) =>
          index === 0
            ? { id, error: { code: 1, message: 'x', data: toProblemDocument(found) } }
            : { id, result: 'fine' },
        ),
      ),
    );
    expect(await Promise.all([get('a'), get('b')])).toEqual([
      { ok: false, error: found },
      { ok: true, value: 'fine' },
    ]);
  });

  test.each([
    ['an empty answer', 200, '', 'it is not JSON'],
    ['truncated JSON', 200, '[{"jsonrpc":"2.0","id":1,"res', 'it is not JSON'],
    ['a page of another program', 200, '<html></html>', 'it is not JSON'],
    ['a response to no request', 200, '[{"id":77,"result":1}]', 'a call was not answered'],
    ['an answer without ids', 200, '[null,1,{"id":"1"}]', 'a call was not answered'],
    ['an error of another protocol', 200, '[{"id":1,"error":"no"}]', 'its error is "no"'],
    ['a status without a word', 418, 'not here', 'HTTP status 418'],
    ['a crash', 500, '', 'HTTP status 500'],
  ])('%s is one problem that says where to look', async (_case, status, body, words) => {
    await open(({ raw }) => raw(status, body));
    const answer = await get('a');
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'internal', remedy: expect.stringContaining('endpoint') },
    });
    expect(answer.ok ? '' : answer.error.detail).toContain(words);
  });

  test('an address that has moved is reported with where it is', async () => {
    await open(({ raw }) => raw(308, '', { location: 'https://elsewhere.example/rpc' }));
    expect(await get('a')).toMatchObject({
      error: { detail: expect.stringMatching(/308, which points to https:\/\/elsewhere/) },
    });
  });

  test('a path where nothing is says nothing about what is asked for', async () => {
    // A proxy that loses its way answers as NovaCron does for a path that it does not have.
    const found = problem('not-found', { detail: 'Nothing at this path.', remedy: 'Look.' });
    for (const body of [JSON.stringify(toProblemDocument(found)), '<html>not here</html>']) {
      await open(({ raw }) => raw(404, body));
      expect(await get('a')).toMatchObject({
        ok: false,
        error: {
          code: 'unavailable',
          detail: `No NovaCron server found at ${server.url}/rpc (HTTP status 404).`,
          remedy: expect.stringContaining('without a path'),
        },
      });
      transport.close();
      await server.close();
    }
  });

  test.each([
    { apiKey: 'two\nlines', deployment: 'blue' },
    { apiKey: 'ключ', deployment: 'blue' },
    { apiKey: 'k', deployment: 'прод' },
  ])('what no request can hold is a problem of the call ($apiKey, $deployment)', async (who) => {
    await open(({ answer }) => answer([]));
    transport.close();
    transport = openBatchTransport({ endpoint: new URL(server.url), ...who });
    const answer = await get('a');
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'internal', detail: expect.stringContaining('could not be sent') },
    });
    expect(JSON.stringify(answer)).not.toContain('lines');
  });

  test.each([429, 502, 503, 504])('a proxy that says %i is worth another try', async (status) => {
    await open(({ raw }) => raw(status, '<html>try again</html>'));
    expect(await get('a')).toMatchObject({
      ok: false,
      error: { code: 'unavailable', detail: expect.stringContaining(`HTTP status ${status}`) },
    });
  });

  test.each([
    ['7', 7_000, 7_000],
    [new Date(Date.now() + 60_000).toUTCString(), 1, 60_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0, 0],
    ['soon', undefined, undefined],
  ])('a proxy that says Retry-After: %s is understood', async (header, least, most) => {
    await open(({ raw }) => raw(429, 'busy', { 'retry-after': header }));
    const answer = await get('a');
    const waitMs = answer.ok ? undefined : answer.error.data?.retry_after_ms;
    if (least === undefined) expect(waitMs).toBeUndefined();
    else expect(Number(waitMs)).toBeGreaterThanOrEqual(least);
    if (most !== undefined) expect(Number(waitMs)).toBeLessThanOrEqual(most);
  });

  test.each([
    ['unauthenticated', 401],
    ['unavailable', 503],
    ['payload-too-large', 413],
  ] as const)('a refusal of the whole request (%s) reaches every call', async (code, status) => {
    const found = problem(code, { detail: 'Not now.', remedy: 'Later.' });
    await open(({ raw }) => raw(status, JSON.stringify(toProblemDocument(found))));
    const refused = { ok: false, error: found };
    expect(await Promise.all([get('a'), get('b')])).toEqual([refused, refused]);
  });

  test('a connection that is closed in the middle of an answer is out of reach', async () => {
    await open(({ hangUp }) => hangUp('[{"jsonrpc"'));
    expect(await get('a')).toMatchObject({
      ok: false,
      error: { code: 'unavailable', data: { unreachable: true } },
    });
  });

  test('a connection that is closed before the answer is out of reach', async () => {
    await open(({ hangUp }) => hangUp());
    expect(await get('a')).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });

  test('who gives up does not wait for a slow server, and others do', async () => {
    let release: (() => void) | undefined;
    await open(({ calls, answer }) => {
      release = () => answer(calls.map(({ id }) => ({ id, result: 'late' })));
      controller.abort();
    });
    const controller = new AbortController();
    const impatient = get('a', controller.signal);
    const patient = get('b');
    expect(await impatient).toMatchObject({ ok: false, error: { data: { interrupted: true } } });
    release?.();
    expect(await patient).toEqual({ ok: true, value: 'late' });
  });

  test('who has given up before sends nothing', async () => {
    await open(({ answer }) => answer([]));
    expect(await get('a', AbortSignal.abort())).toMatchObject({ ok: false });
    expect(server.batches).toEqual([]);
  });

  test('an endpoint with a path keeps it', async () => {
    await open(({ calls, answer }) => answer(calls.map(({ id }) => ({ id, result: 1 }))));
    transport.close();
    const endpoint = new URL(`${server.url}/behind/proxy`);
    transport = openBatchTransport({ endpoint, apiKey: 'k', deployment: 'd' });
    await get('a');
    expect(server.paths).toEqual(['/behind/proxy/rpc']);
  });
});
