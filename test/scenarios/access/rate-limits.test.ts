import { expect, test } from '@jest/globals';
import { createApplication } from '@novacron/server/app/composition/create-application';
import { beginRequest } from '@novacron/server/app/kernel/context/request-scope';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import { useBench } from '../test-kit/use-bench.ts';

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
