import { describe, expect, test } from '@jest/globals';
import { useBench } from '../test-kit/use-bench.ts';

const deny = (text: string) => `package novacron\n\ndeny contains "${text}" if true\n`;
const PLATFORM = { name: 'Everywhere', type: 'resource', scope: 'platform' } as const;
const CREATES = { actions: ['create_network', 'update_network'] };

describe('the scope of a policy', () => {
  const bench = useBench();

  async function otherTenant() {
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    return { principal: found.value };
  }

  test('platform is for every tenant, and for the first one to write', async () => {
    const other = await otherTenant();
    const own = { name: 'Own', type: 'resource', rule: deny('own'), ...CREATES } as const;
    const policy = { ...PLATFORM, rule: deny('nowhere'), ...CREATES };
    const refused = await bench().expectProblem('policy.create', policy, other);
    expect([refused.code, refused.detail, refused.fields]).toEqual([
      'forbidden',
      expect.stringContaining('A policy of scope platform affects all tenants'),
      [{ path: ['scope'], message: 'is reserved for the first tenant' }],
    ]);
    await bench().expectOk('policy.create', own, other);
    const net = { name: 'net', cidr: '10.1.0.0/16' };
    await bench().expectOk('network.create', net);
    await bench().expectOk('policy.create', policy);
    const here = await bench().expectProblem('network.create', { name: 'b', cidr: '10.2.0.0/16' });
    expect([here.detail.includes('nowhere'), here.detail.includes('own')]).toEqual([true, false]);
    const there = await bench().expectProblem('network.create', net, other);
    expect([there.detail.includes('nowhere'), there.detail.includes('own')]).toEqual([true, true]);
  });

  test('namespace is for resources in it, before or after', async () => {
    const scope = 'namespace/production';
    const rule = deny('not in production');
    await bench().expectOk('policy.create', { name: 'P', type: 'resource', scope, rule });
    const ask = async (environment: string, before?: string) => {
      const metadata = (name: string) => ({ metadata: { environment: name } });
      const answer = await bench().expectOk('policy_decision.ask', {
        operation: 'vm.update',
        resource: { name: 'a', ...metadata(environment) },
        ...(before === undefined ? {} : { before: metadata(before) }),
      });
      return answer.allowed;
    };
    expect(await ask('production')).toBe(false);
    expect(await ask('staging', 'production')).toBe(false);
    expect(await ask('staging', 'staging')).toBe(true);
  });

  test('is reported with where each policy comes from and why it is asked', async () => {
    const rule = deny('no');
    const common = { type: 'resource', rule, enforcement_mode: 'audit' } as const;
    await bench().expectOk('policy.create', { ...common, name: 'B' });
    await bench().expectOk('policy.create', {
      ...common,
      name: 'N',
      scope: 'namespace/production',
    });
    await bench().expectOk('policy.create', { ...common, name: 'O', scope: 'namespace/staging' });
    await bench().expectOk('policy.create', {
      ...common,
      name: 'A',
      scope: 'platform',
      ...CREATES,
    });
    const { policies } = await bench().expectOk('policy.explain', {
      namespace: 'production',
      kind: 'vm',
      action: 'create_vm',
    });
    expect(
      policies.map(({ name, from, decides, explanation }) => [name, from, decides, explanation]),
    ).toEqual([
      [
        'A',
        'platform',
        false,
        'inherited from the platform, which has it for all tenants, ' +
          'and it is not asked about create_vm',
      ],
      ['B', 'tenant', true, 'inherited from the tenant, which has it for all its namespaces'],
      ['N', 'namespace', true, 'of the namespace itself'],
      ['O', 'namespace', false, 'of the namespace itself, and it is about namespace staging alone'],
    ]);
  });

  test('that is none of the three is refused', async () => {
    const wrong = { name: 'W', type: 'resource', rule: deny('no'), scope: 'world' } as const;
    const refused = await bench().expectProblem('policy.create', wrong);
    expect(refused.fields[0]?.message).toContain('must be platform, tenant, or namespace/NAME');
  });
});

describe('a policy about reads', () => {
  const bench = useBench();
  const RULE = `package novacron

deny contains "only admins list VMs" if {
	input.action == "read"
	input.operation == "vm.list"
	input.subject.role != "admin"
}
`;

  test('decides them where it names them, and is logged', async () => {
    const viewer = { principal: { ...bench().admin, role: 'viewer' as const } };
    const policy = { name: 'Reads', type: 'resource', rule: RULE } as const;
    const { resource } = await bench().expectOk('policy.create', policy);
    await bench().expectOk('vm.list', {}, viewer);
    await bench().expectOk('policy.update', { id: resource.id, actions: ['read'] });
    const refused = await bench().expectProblem('vm.list', {}, viewer);
    expect([refused.code, refused.detail]).toEqual([
      'forbidden',
      expect.stringMatching(
        /^A policy does not allow you to call vm.list. .* by role viewer: only admins list VMs.$/,
      ),
    ]);
    await bench().expectOk('vm.list', {});
    await bench().expectOk('network.list', {}, viewer);
    await bench().advance(1_000);
    const { items } = await bench().expectOk('policy_decision.list', { outcome: 'refused' });
    expect(items).toMatchObject([{ moment: 'read', operation: 'vm.list', action: 'read' }]);
    await bench().expectOk('policy.update', { id: resource.id, enabled: false });
    await bench().expectOk('vm.list', {}, viewer);
  });
});
