import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { createAnswerClaim } from './claim-answers.ts';

const CLAIM = 'claim-of-this-run';
const KEYS = ['tf-0123456789abcdef-one', 'tf-0123456789abcdef-two'] as const;
const [ONE, TWO] = KEYS;

/** A claim, and what its server was sent. */
function createClaim(refused: readonly string[] = []) {
  const calls: [name: string, input: unknown][] = [];
  const trouble = { down: false, gone: false };
  const client = createClient<object>(async (name, input) => {
    calls.push([name, input]);
    if (trouble.down) return err(problem('unavailable', { detail: 'Down.', remedy: 'Wait.' }));
    return ok({ delivered: 1, renewed: 1, refused: [...refused] });
  });
  const claim = createAnswerClaim(client, {
    claim: CLAIM,
    isTerraformGone: () => trouble.gone,
  });
  return { claim, calls, trouble };
}

describe('the claim of a run', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('is renewed while a create is pending, and no longer', async () => {
    const { claim, calls } = createClaim();
    expect(claim.begin(ONE)).toEqual({ claim: CLAIM });
    expect(claim.begin(TWO)).toEqual({ claim: CLAIM });
    expect(calls).toEqual([]);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(calls).toEqual([['idempotency.renew', { claim: CLAIM, keys: [ONE, TWO] }]]);
    claim.end(ONE);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(calls.at(-1)).toEqual(['idempotency.renew', { claim: CLAIM, keys: [TWO] }]);
    claim.end(TWO);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(calls).toHaveLength(2);
  });

  test('of a Terraform that has ended is neither renewed nor delivered', async () => {
    const { claim, calls, trouble } = createClaim();
    claim.begin(ONE);
    trouble.gone = true;
    await jest.advanceTimersByTimeAsync(30_000);
    expect(await claim.deliver(ONE)).toMatchObject({ ok: false });
    expect(calls).toEqual([]);
  });

  test('delivers all answers of one turn with one call, each with its own outcome', async () => {
    const { claim, calls } = createClaim([TWO]);
    const delivered = await Promise.all(KEYS.map((key) => claim.deliver(key)));
    expect(delivered).toMatchObject([{ ok: true }, { ok: false, error: { code: 'conflict' } }]);
    expect(calls).toEqual([['idempotency.deliver', { claim: CLAIM, keys: KEYS }]]);
  });

  test('delivers more answers than a call may name with several', async () => {
    const { claim, calls } = createClaim();
    const keys = Array.from({ length: 1_001 }, (_, at) => `tf-0123456789abcdef-${at}`);
    await Promise.all(keys.map((key) => claim.deliver(key)));
    expect(calls).toHaveLength(2);
    expect(calls.flatMap(([, input]) => (input as { keys: string[] }).keys)).toEqual(keys);
  });

  test('delivers nothing where the server is not reached', async () => {
    const { claim, trouble } = createClaim();
    trouble.down = true;
    expect(await claim.deliver(ONE)).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });
});
