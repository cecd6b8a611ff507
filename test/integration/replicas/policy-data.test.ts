/** Data documents of policies where several servers share a store. */
import { describe, expect, test } from '@jest/globals';
import { type Server, useServerPair } from './test-kit/use-server-pair.ts';

const RULE = `package ownership

deny contains "not an owner" if not input.resource.metadata.owner in data.owners
`;

const INPUT = { path: 'owners', document: '["eve"]' };

const QUESTION = {
  operation: 'vm.create',
  resource: { name: 'poldat-vm', cpu_cores: 1, metadata: { owner: 'ann' } },
} as const;

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
});
