/** A tenant can always issue API keys: the last key that may create others stays. */
import { describe, expect, test } from '@jest/globals';
import { useBench } from '../test-kit/use-bench.ts';

const HOUR_MS = 3_600_000;

describe('the last key that may create others', () => {
  const bench = useBench();

  async function makeKey(name: string, role: string, more: { expires_in_hours?: number } = {}) {
    const made = await bench().expectOk('api_key.create', { name, role, ...more });
    const found = await bench().application.authenticate(made.secret);
    if (!found.ok) throw new Error(found.error.detail);
    return { id: made.resource.id, as: { principal: found.value } };
  }

  /** The key of the first start, with which the bench calls. */
  async function firstKey(): Promise<string> {
    const { items } = await bench().expectOk('api_key.list', {});
    return items.find(({ name }) => name === 'admin')?.id ?? '';
  }

  test('is not deleted, not even by itself', async () => {
    await makeKey('reader', 'viewer');
    expect(await bench().expectProblem('api_key.delete', { id: await firstKey() })).toMatchObject({
      code: 'in-use',
      detail:
        'The key admin is the last one that may create API keys; ' +
        'without it no key can be issued any more.',
    });
    await bench().expectOk('api_key.list', {});
  });

  test('may go once there is another one that does not expire', async () => {
    const id = await firstKey();
    await makeKey('for-an-hour', 'admin', { expires_in_hours: 1 });
    expect(await bench().expectProblem('api_key.delete', { id })).toMatchObject({
      code: 'in-use',
      detail:
        'The key admin is the last one without an expiry that may create API keys; ' +
        'without it no key can be issued any more.',
    });
    const second = await makeKey('second', 'admin');
    await bench().expectOk('api_key.delete', { id }, second.as);
    await bench().advance(HOUR_MS);
    await bench().expectOk('api_key.create', { name: 'third', role: 'admin' }, second.as);
  });

  test('is one of two that delete each other at the same time', async () => {
    const id = await firstKey();
    const second = await makeKey('second', 'admin');
    const answers = await Promise.all([
      bench().call('api_key.delete', { id: second.id }),
      bench().call('api_key.delete', { id }, second.as),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(codes).toEqual(['in-use']);
  });

  test('keeps its right when its role is changed', async () => {
    const role = await bench().expectOk('role.create', { name: 'keeper', operations: ['*'] });
    const keeper = await makeKey('keeper', 'keeper');
    await bench().expectOk('api_key.delete', { id: await firstKey() }, keeper.as);
    const { id } = role.resource;
    const change = { id, operations: ['*.get', '*.list', 'role.update', 'api_key.delete'] };
    expect(await bench().expectProblem('role.update', change, keeper.as)).toMatchObject({
      code: 'in-use',
      detail:
        'A key of role keeper is the last one that may create API keys; ' +
        'without it no key can be issued any more.',
    });
    await bench().expectOk('role.update', { id, operations: ['*'] }, keeper.as);
  });

  test('cannot be deleted by those who could not have created it', async () => {
    await bench().expectOk('role.create', { name: 'keys-only', operations: ['api_key.*'] });
    const clerk = await makeKey('clerk', 'keys-only');
    const second = await makeKey('second', 'admin');
    expect(
      await bench().expectProblem('api_key.delete', { id: second.id }, clerk.as),
    ).toMatchObject({
      code: 'forbidden',
      detail: expect.stringMatching(/^The key second allows operations that you may not call; /),
    });
    const own = await makeKey('own', 'keys-only');
    await bench().expectOk('api_key.delete', { id: own.id }, clerk.as);
  });
});
