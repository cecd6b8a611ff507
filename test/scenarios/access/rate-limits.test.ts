import { expect, test } from '@jest/globals';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { createApplication } from '@novacron/server/app/composition/create-application';
import { beginRequest } from '@novacron/server/app/kernel/context/call-context';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

test('a principal who asks too much waits, and no other principal does', async () => {
  const { deps, admin } = bench();
  const rateLimit = { burst: 3, perSecond: 2 };
  const { application } = createApplication({
    ...deps,
    settings: { ...deps.settings, rateLimit },
  });
  const ask = (id: string) =>
    dispatch(
      { application, logger: deps.logger },
      {
        name: 'node.list',
        rawInput: {},
        context: {
          principal: { ...admin, id },
          requestId: application.nextRequestId(),
          client: 'rest',
          deployment: 'default',
          signal: new AbortController().signal,
          request: beginRequest(),
        },
      },
    );
  for (let asked = 0; asked < 3; asked += 1) expect(await ask('key_a')).toMatchObject({ ok: true });
  expect(await ask('key_a')).toMatchObject({
    ok: false,
    error: {
      code: 'rate-limited',
      detail: 'You exceeded the rate limit of one principal; this request was not processed.',
      remedy: "Send it again in 500 ms, or ask the server's operators to raise rate-limit.",
      data: { retry_after_ms: 500 },
    },
  });
  expect(await ask('key_b')).toMatchObject({ ok: true });
  await bench().advance(500);
  expect(await ask('key_a')).toMatchObject({ ok: true });
});

test('one key cannot take all waiting calls, and gets a slot back after a call', async () => {
  const { deps, admin } = bench();
  const waits = { total: 10, perTenant: 10, perKey: 1, perAddress: 10 };
  const { application } = createApplication({ ...deps, settings: { ...deps.settings, waits } });
  const aborter = new AbortController();
  const send = (id: string, name: OperationName, rawInput: unknown) => {
    const principal = { ...admin, id };
    const requestId = application.nextRequestId();
    const { signal } = aborter;
    const origin = { client: 'rest', deployment: 'default' } as const;
    const context = { principal, requestId, ...origin, signal, request: beginRequest() };
    return dispatch({ application, logger: deps.logger }, { name, rawInput, context });
  };
  // By the same application: what runs elsewhere is not waited for.
  const made = await send('key_a', 'vm.create', SMALL_VM);
  if (!made.ok) throw new Error(made.error.detail);
  const { operation } = made.value as { operation: { id: string } };
  const wait = (id: string) => send(id, 'operation.wait', { id: operation.id });
  const first = wait('key_a');
  expect(await wait('key_a')).toMatchObject({
    error: {
      code: 'rate-limited',
      detail: 'Your API key or token already has 1 waiting calls, which is the limit.',
    },
  });
  const other = wait('key_b');
  aborter.abort();
  await Promise.all([first, other]);
  const again = await wait('key_a');
  expect(again.ok || again.error.code !== 'rate-limited').toBe(true);
});
