import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createNovacronProvider } from '../composition/novacron-provider.ts';
import { validateConfig } from '../framework/planning/validate-config.ts';
import { agreeable, CONFIG, NET, STATE, TYPE } from '../rpc/test-kit/agreeable-answers.ts';
import { type RpcServer, startRpcServer } from '../rpc/test-kit/start-rpc-server.ts';
import { type RunningProvider, startProvider } from '../test-kit/start-provider.ts';
import { TIMEOUTS_ATTRIBUTE, timeoutOf } from './timeouts.ts';

describe('a timeout', () => {
  const check = (create: string) =>
    validateConfig(
      { timeouts: TIMEOUTS_ATTRIBUTE },
      { timeouts: { create, update: null, delete: null } },
      { writeOnlyAllowed: true },
    ).all.map(({ detail }) => detail);

  test.each([
    ['soon', 'timeouts.create must be a duration such as 90s, 20m or 1h30m.'],
    ['1ms', 'timeouts.create must be at least 1s.'],
    ['600h', 'timeouts.create must be at most 20d.'],
    ['99999999h', 'timeouts.create must be at most 20d.'],
  ])('of %s is refused', (text, words) => {
    expect(check(text)).toEqual([words]);
  });

  test('is no longer than timers can wait, also where a state says so', () => {
    expect(check('480h')).toEqual([]);
    const state = { timeouts: { create: null, update: null, delete: '99999999h' } };
    const { durationMs } = timeoutOf(state, 'delete');
    expect(durationMs).toBe(20 * 86_400_000);
    expect(durationMs).toBeLessThan(2 ** 31);
  });
});

describe('a change of timeouts alone', () => {
  let server: RpcServer;
  let provider: RunningProvider;

  beforeAll(async () => {
    const answers = agreeable();
    server = await startRpcServer(({ calls, answer }) =>
      answer(calls.map(({ id, method, params }) => ({ id, result: answers[method]?.(params) }))),
    );
    provider = await startProvider(createNovacronProvider({}, { retryMsMax: 0 }));
    await provider.probe.configure({ endpoint: server.url, api_key: 'k' });
  });
  afterAll(async () => {
    await provider.close();
    await server.close();
  });

  const config = { ...CONFIG, timeouts: { create: null, update: '5m', delete: null } };

  async function afterImport() {
    const imported = await provider.probe.import(TYPE, NET);
    return provider.probe.read(TYPE, imported.state ?? {}, imported.private);
  }

  test.each([
    ['right after an import', afterImport],
    ['of what was applied', async () => ({ state: STATE, private: Buffer.alloc(0) })],
  ] as const)('%s is an update in place that needs no request', async (_case, begin) => {
    const { state: prior, private: stored } = await begin();
    const start = { prior, config, private: stored };
    const before = server.batches.length;
    const plan = await provider.probe.plan(TYPE, start);
    expect(plan).toMatchObject({ planned: { ...STATE, ...config }, replaces: [], diagnostics: [] });
    const applied = await provider.probe.apply(TYPE, start, plan);
    expect(applied).toMatchObject({ state: { ...STATE, ...config }, diagnostics: [] });
    const again = { prior: applied.state, config, private: applied.private };
    expect((await provider.probe.plan(TYPE, again)).planned).toEqual(applied.state);
    expect(server.batches.slice(before)).toEqual([]);
  });
});
