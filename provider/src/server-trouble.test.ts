/** A server in trouble, as Terraform meets it: each is one error, and the state stays true. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { createNovacronProvider } from './composition/novacron-provider.ts';
import { agreeable, CONFIG, STATE, TYPE } from './rpc/test-kit/agreeable-answers.ts';
import { type Exchange, type RpcServer, startRpcServer } from './rpc/test-kit/start-rpc-server.ts';
import { type RunningProvider, startProvider } from './test-kit/start-provider.ts';

type Reply = (exchange: Exchange) => void;

const fine: Reply = ({ calls, answer }) => {
  const answers = agreeable();
  answer(calls.map(({ id, method, params }) => ({ id, result: answers[method]?.(params) })));
};

const NO_PATH = problem('not-found', { detail: 'Nothing at this path.', remedy: 'Look.' });

const TROUBLES: readonly (readonly [string, Reply, string])[] = [
  ['a crash', ({ raw }) => raw(500, 'oh no'), 'HTTP status 500'],
  [
    'a path that it does not have',
    ({ raw }) => raw(404, JSON.stringify(toProblemDocument(NO_PATH))),
    'No NovaCron server found at',
  ],
  ['a busy proxy', ({ raw }) => raw(429, 'busy', { 'retry-after': '120' }), 'HTTP status 429'],
  ['truncated JSON', ({ raw }) => raw(200, '[{"jsonrpc":"2.0","id":1,"res'), 'it is not JSON'],
  ['a page of another program', ({ raw }) => raw(200, '<html></html>'), 'it is not JSON'],
  ['nothing', ({ answer }) => answer([]), 'a call was not answered'],
  [
    'another schema',
    ({ calls, answer }) => answer(calls.map(({ id }) => ({ id, result: { items: 7 } }))),
    'This release does not understand',
  ],
  ['an end midway', ({ hangUp }) => hangUp('[{"jsonrpc"'), 'No NovaCron server answers'],
  ['an end before a word', ({ hangUp }) => hangUp(), 'No NovaCron server answers'],
];

describe('a server that answers with', () => {
  let server: RpcServer;
  let provider: RunningProvider;
  let reply: Reply;
  let waits: number[];

  beforeEach(async () => {
    reply = fine;
    waits = [];
    let nowMs = 0;
    server = await startRpcServer((exchange) => reply(exchange));
    provider = await startProvider(
      createNovacronProvider(
        {},
        {
          retryMsMax: 30_000,
          nowMs: () => nowMs,
          wait: async (delayMs) => {
            waits.push(delayMs);
            nowMs += delayMs;
          },
        },
      ),
    );
  });
  afterEach(async () => {
    await provider.close();
    await server.close();
  });

  const configure = () => provider.probe.configure({ endpoint: server.url, api_key: 'k' });

  test.each(TROUBLES)(
    '%s cannot be configured, and the error says why',
    async (_case, bad, words) => {
      reply = bad;
      const diagnostics = await configure();
      expect(diagnostics).toMatchObject([
        { severity: 'error', attribute: 'endpoint', detail: expect.stringContaining(words) },
      ]);
    },
  );

  test.each(TROUBLES)('%s changes no state', async (_case, bad, words) => {
    const { probe } = provider;
    expect(await configure()).toEqual([]);
    const create = { config: CONFIG };
    const created = await probe.plan(TYPE, create);
    const change = { prior: STATE, config: { ...CONFIG, name: 'm' } };
    const changed = await probe.plan(TYPE, change);
    const end = { prior: STATE, config: null };
    const ended = await probe.plan(TYPE, end);
    reply = bad;
    const error = { severity: 'error', detail: expect.stringContaining(words) };
    expect(await probe.read(TYPE, STATE)).toMatchObject({ state: STATE, diagnostics: [error] });
    expect((await probe.plan(TYPE, create)).diagnostics).toMatchObject([error]);
    for (const [start, plan, state] of [
      [create, created, null],
      [change, changed, STATE],
      [end, ended, STATE],
    ] as const) {
      const applied = await probe.apply(TYPE, start, plan);
      expect(applied).toMatchObject({ state, diagnostics: [error] });
    }
    reply = fine;
    expect(await probe.read(TYPE, STATE)).toMatchObject({ state: STATE, diagnostics: [] });
  });

  test('429 and when to come back is asked again then', async () => {
    expect(await configure()).toEqual([]);
    reply = (exchange) => {
      reply = fine;
      exchange.raw(429, '', { 'retry-after': '2' });
    };
    expect(await provider.probe.read(TYPE, STATE)).toMatchObject({ state: STATE, diagnostics: [] });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(2_000);
  });

  test('nothing for long is not waited for by who has had enough', async () => {
    expect(await configure()).toEqual([]);
    reply = () => void provider.probe.connection.call('stopProvider', {});
    expect(await provider.probe.read(TYPE, STATE)).toMatchObject({
      state: STATE,
      diagnostics: [{ detail: expect.stringContaining('interrupted') }],
    });
  });
});
