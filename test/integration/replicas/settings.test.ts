/** Settings that are changed at one server, as another one of the same store works by them. */
import { describe, expect, test } from '@jest/globals';
import { type Server, useServerPair } from './test-kit/use-server-pair.ts';

/** Time limit for every server to read a setting that another server has stored. Unit: ms. */
const FOLLOWED_MS = 5_000;

describe('a setting of two servers on one PostgreSQL store', () => {
  const pair = useServerPair();

  async function keepsRoom({ call }: Server): Promise<unknown> {
    const answer = await call('fleet.summary', {});
    if (!answer.ok) throw new Error(answer.error.detail);
    return Object(answer.value.failover).kept;
  }

  test('counts at once at the server that changed it, at the other one in seconds', async () => {
    const { one, other, time } = pair();
    expect([await keepsRoom(one), await keepsRoom(other)]).toEqual([false, false]);
    const changed = await one.call('settings.update', { failover_nodes: 1 });
    expect(changed).toMatchObject({ ok: true, value: { resource: { revision: 1 } } });
    expect([await keepsRoom(one), await keepsRoom(other)]).toEqual([true, false]);
    await time.advance(FOLLOWED_MS);
    expect(await keepsRoom(other)).toBe(true);
    // A server that is asked for the settings works by them from then on.
    await other.call('settings.update', { failover_nodes: null, if_revision: 1 });
    expect(await one.call('settings.get', {})).toMatchObject({ ok: true, value: { revision: 2 } });
    expect(await keepsRoom(one)).toBe(false);
  });

  test('is changed by one of two servers that have read the same revision', async () => {
    const { one, other } = pair();
    const answers = await Promise.all([
      one.call('settings.update', { failover_nodes: 1, if_revision: 0 }),
      other.call('settings.update', { failover_nodes: 2, if_revision: 0 }),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const [refused] = answers.filter((answer) => !answer.ok);
    expect(refused).toMatchObject({ error: { code: 'revision-mismatch' } });
  });
});
