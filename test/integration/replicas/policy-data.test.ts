/** Data documents of policies where several servers share a store, one of an earlier release. */
import { describe, expect, test } from '@jest/globals';
import { createDeps } from '@novacron/server/app/composition/deps';
import {
  createLeaseKeeper,
  type LeaseKeeper,
  serverLeaseId,
} from '@novacron/server/app/kernel/leases/leases';
import { type Server, useServerPair } from './test-kit/use-server-pair.ts';

const RULE = `package ownership

deny contains "not an owner" if not input.resource.metadata.owner in data.owners
`;

const INPUT = { path: 'owners', document: '["eve"]' };

const QUESTION = {
  operation: 'vm.create',
  resource: { name: 'poldat-vm', cpu_cores: 1, metadata: { owner: 'ann' } },
} as const;

/** Long enough for the lease of a killed server to be removed. Unit: ms. */
const FORGOTTEN_MS_MAX = 150_000;
const STEP_MS = 1_500;

describe('data documents of two servers on one PostgreSQL store', () => {
  const pair = useServerPair();

  async function allows({ call }: Server): Promise<boolean> {
    const answer = await call('policy_decision.ask', QUESTION);
    if (!answer.ok) throw new Error(answer.error.detail);
    return answer.value.allowed;
  }

  async function makePolicy(): Promise<void> {
    const made = await pair().one.call('policy.create', {
      name: 'Owners',
      type: 'resource',
      rule: RULE,
      actions: ['create_vm'],
    });
    expect(made.ok ? '' : JSON.stringify(made.error)).toBe('');
  }

  /** Proves that it is alive as servers of the releases before do: without a level. */
  async function startOlder(): Promise<LeaseKeeper> {
    const deps = createDeps(await pair().openPorts());
    const leases = createLeaseKeeper(deps, { servers: 'several', onServerGone: () => undefined });
    leases.keep(serverLeaseId(deps.instanceId));
    await leases.start();
    return leases;
  }

  async function create() {
    const { one } = pair();
    const preview = await one.call('admission.preview', {
      operation: 'policy_data.create',
      input: INPUT,
    });
    const made = await one.call('policy_data.create', INPUT);
    const problems = preview.ok ? preview.value.problems.map(({ code }) => code) : ['failed'];
    return { problems, made };
  }

  test('decide on both from the first request on', async () => {
    const { one, other } = pair();
    await makePolicy();
    expect([await allows(one), await allows(other)]).toEqual([true, true]);
    const { made, problems } = await create();
    expect(problems).toEqual([]);
    expect(made).toMatchObject({ ok: true });
    expect([await allows(other), await allows(one)]).toEqual([false, false]);
    if (!made.ok) throw new Error('it was made');
    const { id } = made.value.resource;
    const changed = await other.call('policy_data.update', { id, document: '["ann"]' });
    expect(changed).toMatchObject({ ok: true });
    expect([await allows(one), await allows(other)]).toEqual([true, true]);
  });

  test('are refused while a server of an earlier release runs, and not after it', async () => {
    const older = await startOlder();
    const { made, problems } = await create();
    expect(problems).toEqual(['in-use']);
    expect(made).toMatchObject({ ok: false, error: { code: 'in-use' } });
    if (made.ok) throw new Error('it was refused');
    expect(made.error.detail).toMatch(
      /^A server of an earlier release uses the store, too: srv_\w+[.] It would evaluate policies /,
    );
    expect(made.error.remedy).toContain('Update or stop the servers of the earlier release');
    await older.stop();
    expect(await create()).toMatchObject({ problems: [], made: { ok: true } });
  });

  test('are stored two minutes after a server of an earlier release was killed', async () => {
    const { one, time } = pair();
    // It renews nothing: as after kill -9.
    await one.deps.store.commit([
      {
        kind: 'insert',
        into: 'leases',
        row: {
          id: 'server/srv_killed',
          holder: 'srv_killed',
          fence: 1,
          expires_at_ms: one.deps.clock.nowMs() + 6_000,
          progress: 0,
        },
        otherwise: { code: 'conflict', detail: '', remedy: '', fields: [] } as never,
      },
    ]);
    expect((await create()).made).toMatchObject({ ok: false, error: { code: 'in-use' } });
    const sinceMs = one.deps.clock.nowMs();
    for (;;) {
      await time.advance(STEP_MS);
      const rows = await one.deps.store.read({
        from: 'leases',
        where: { id: 'server/srv_killed' },
      });
      if (rows.length === 0) break;
      expect(one.deps.clock.nowMs() - sinceMs).toBeLessThan(FORGOTTEN_MS_MAX);
    }
    expect(one.deps.clock.nowMs() - sinceMs).toBeGreaterThan(60_000);
    expect(await create()).toMatchObject({ problems: [], made: { ok: true } });
  });
});
