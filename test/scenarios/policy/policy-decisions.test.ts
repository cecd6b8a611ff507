import { describe, expect, test } from '@jest/globals';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const RULE = `package novacron

deny contains msg if {
	input.resource.memory_gb > 4
	msg := sprintf("%v GB is more than 4", [input.resource.memory_gb])
}
`;

const POLICY = { name: 'Sizes', type: 'resource', rule: RULE } as const;
const LARGE = { ...SMALL_VM, memory_gb: 8 };

describe('the log of decisions', () => {
  const bench = useBench();

  async function logged(filter: { outcome?: 'allowed' | 'refused'; resource_id?: string } = {}) {
    await bench().advance(1000);
    return (await bench().expectOk('policy_decision.list', filter)).items;
  }

  test('lists who was refused what by which version, and shows the input', async () => {
    await bench().expectOk('policy.create', POLICY);
    await bench().expectProblem('vm.create', LARGE);
    const [latest] = await logged({ outcome: 'refused' });
    expect(latest).toMatchObject({
      moment: 'admission',
      operation: 'vm.create',
      action: 'create_vm',
      role: 'admin',
      resource_kind: 'vm',
      resource_id: expect.any(String),
      resource_name: LARGE.name,
      allowed: false,
      reasons: ['8 GB is more than 4'],
      policies_cached: 0,
      policies: [{ policy: 'Sizes', version: 1, outcome: 'deny' }],
      input: { action: 'create_vm', resource: { memory_gb: 8 }, context: { client: 'rest' } },
    });
    const id = latest?.id;
    if (id === undefined) throw new Error('nothing is logged');
    expect(await bench().expectOk('policy_decision.get', { id })).toEqual(latest);
  });

  test('has decisions of plans and questions, and of who is not asked nothing', async () => {
    await bench().expectOk('network.create', { name: 'net', cidr: '10.1.0.0/16' });
    expect(await logged()).toEqual([]);
    await bench().expectOk('policy.create', POLICY);
    const preview = { operation: 'vm.create', input: SMALL_VM } as const;
    await bench().expectOk('admission.preview', preview);
    const question = { operation: 'vm.create', resource: LARGE } as const;
    await bench().expectOk('policy_decision.ask', question);
    const moments = (await logged()).map(({ moment, allowed }) => [moment, allowed]);
    expect(moments).toEqual([
      ['question', false],
      ['preview', true],
    ]);
  });

  test('hides what is secret by its field or by its name', async () => {
    await bench().expectOk('policy.create', POLICY);
    const metadata = { db_password: 'geheim', tier: 'db' };
    await bench().expectOk('policy_decision.ask', {
      operation: 'vm.create',
      resource: { ...LARGE, metadata, user_data: 'geheim' },
    });
    const [latest] = await logged();
    expect(latest?.input?.resource).toMatchObject({
      metadata: { db_password: '***', tier: 'db' },
      user_data: '***',
    });
  });

  test('is sealed where it rests', async () => {
    await bench().expectOk('policy.create', POLICY);
    await bench().expectProblem('vm.create', LARGE);
    await logged();
    const [row] = await bench().storeOnDisk.read({ from: 'policy_decisions' });
    expect(row?.record_json).toMatch(/^ncs1\./);
  });

  test('says of a decision that is not there that it is not there', async () => {
    const id = 'pdec_01jd3v6t7re3h8z9k2m4n5p6q7' as never;
    const { code, detail } = await bench().expectProblem('policy_decision.get', { id });
    expect([code, detail]).toEqual(['not-found', expect.stringContaining('policy decision')]);
  });
});

describe('a question to the policies', () => {
  const bench = useBench();

  test('is answered as the write would be, and writes nothing', async () => {
    await bench().expectOk('policy.create', POLICY);
    const ask = (memory_gb: number) =>
      bench().expectOk('policy_decision.ask', {
        operation: 'vm.update',
        resource: { id: 'vm_a', name: 'web', memory_gb },
        before: { name: 'web', memory_gb: 1 },
      });
    expect(await ask(2)).toMatchObject({ allowed: true, reasons: [] });
    expect(await ask(6)).toMatchObject({
      allowed: false,
      reasons: ['6 GB is more than 4'],
      policies: [{ policy: 'Sizes', outcome: 'deny' }],
    });
    expect((await bench().expectOk('vm.list', {})).items).toEqual([]);
  });

  test('answers from the cache when nothing that a policy reads has changed', async () => {
    await bench().expectOk('policy.create', POLICY);
    const ask = { operation: 'vm.create', resource: LARGE } as const;
    await bench().expectOk('policy_decision.ask', ask);
    await bench().expectOk('policy_decision.ask', { ...ask, resource: { ...LARGE, name: 'b' } });
    await bench().advance(1000);
    const { items } = await bench().expectOk('policy_decision.list', {});
    expect(items.map(({ policies_cached }) => policies_cached)).toEqual([1, 0]);
  });

  test.each([
    ['vm.creat', 'did you mean vm.create?'],
    ['vm.list', 'Policies do not decide an operation named "vm.list"'],
  ])('about %s is refused: no policy decides it', async (operation, text) => {
    const asked = { operation, resource: { name: 'web' } };
    const refused = await bench().expectProblem('policy_decision.ask', asked);
    expect(refused.code).toBe('validation-failed');
    expect(`${refused.detail} ${refused.remedy}`).toContain(text);
  });
});
