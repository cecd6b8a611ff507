import { describe, expect, test } from '@jest/globals';
import type { Quotas } from '@novacron/contract/access/tenant';
import type { InputOf, OperationName } from '@novacron/contract/operations-table/operations';
import { createDeps } from '@novacron/server/app/composition/deps';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { recountUsage } from '@novacron/server/app/platform/usage-counts/count-usage';
import { FIRST_COUNT_MS } from '@novacron/server/app/platform/usage-counts/recount-usage';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const TINY = { cpu_cores: 1, memory_gb: 0.5, disk_gb: 4 } as const;

describe('tenants', () => {
  const bench = useBench();

  async function makeTenant(more: Partial<InputOf<'tenant.create'>> = {}) {
    const made = await bench().expectOk('tenant.create', { name: 'research', ...more });
    return { ...made, as: { principal: await principalOf(made.secret ?? '') } };
  }

  async function principalOf(secret: string): Promise<Principal> {
    const found = await bench().application.authenticate(secret);
    if (!found.ok) throw new Error(found.error.detail);
    return found.value;
  }

  async function usageOf(id: InputOf<'tenant.get'>['id']) {
    return (await bench().expectOk('tenant.get', { id })).usage;
  }

  test('a new tenant begins with a key for its administrator, and with nothing else', async () => {
    const { resource, api_key, secret, as } = await makeTenant({ description: 'Big machines' });
    expect(resource).toMatchObject({ name: 'research', platform: false, revision: 1 });
    expect(api_key).toMatchObject({ name: 'admin', role: 'admin', tenant_id: resource.id });
    expect(JSON.stringify(await bench().store.read({ from: 'api_keys' }))).not.toContain(secret);
    expect(as.principal).toMatchObject({ role: 'admin', tenantId: resource.id });
    expect(await bench().expectOk('vm.list', {}, as)).toMatchObject({ items: [] });
    expect(await usageOf(resource.id)).toMatchObject({ vms: 0, api_keys: 1 });
    const { items } = await bench().expectOk('audit.list', { resource_id: resource.id });
    expect(items).toMatchObject([{ operation: 'tenant.create', outcome: 'done' }]);
    expect(await bench().expectProblem('tenant.create', { name: 'research' })).toMatchObject({
      code: 'name-taken',
      detail: 'A tenant named research exists already.',
    });
  });

  test('a creator who could not issue the key gets none, and an admin issues it', async () => {
    const withRole = async (name: string, operations: string[]) => {
      await bench().expectOk('role.create', { name, operations });
      const { secret } = await bench().expectOk('api_key.create', { name, role: name });
      return { principal: await principalOf(secret) };
    };
    const few = await withRole('clerk', ['api_key.*', 'tenant.*']);
    const refused = await bench().expectProblem(
      'api_key.create',
      { name: 'x', role: 'admin', tenant: 'default' },
      few,
    );
    expect(refused.code).toBe('forbidden');
    for (const as of [few, await withRole('founder', ['tenant.create'])]) {
      const name = `of-${as.principal.name}`;
      const made = await bench().expectOk('tenant.create', { name }, as);
      expect(Object.keys(made)).toEqual(['resource']);
      expect(made.resource).toMatchObject({ name, usage: { api_keys: 0 } });
      const tenant = made.resource.id;
      expect((await bench().expectOk('api_key.list', { tenant })).items).toEqual([]);
      const key = { name: 'admin', role: 'admin', tenant };
      const { secret } = await bench().expectOk('api_key.create', key);
      expect(await principalOf(secret)).toMatchObject({ tenantId: tenant });
      expect(await usageOf(tenant)).toMatchObject({ api_keys: 1 });
    }
    // A credential that expires makes no key here, so there is nothing to outlive it.
    const brief = { principal: { ...few.principal, expiresAtMs: bench().deps.clock.nowMs() + 1 } };
    await bench().expectOk('tenant.create', { name: 'brief' }, brief);
  });

  test('only people of the first tenant see others and change any', async () => {
    const { resource, as } = await makeTenant();
    const own = { id: resource.id };
    expect((await bench().expectOk('tenant.list', {}, as)).items).toHaveLength(1);
    expect(await bench().expectOk('tenant.get', own, as)).toMatchObject({ name: 'research' });
    const [first] = (await bench().expectOk('tenant.list', {})).items;
    expect(first).toMatchObject({ name: 'default', platform: true });
    const other = { id: first?.id ?? own.id };
    for (const name of ['tenant.get', 'tenant.update', 'tenant.delete'] as const) {
      const found = await bench().expectProblem(name, other, as);
      expect([name, found.code]).toEqual([name, 'not-found']);
      expect(found.detail).toBe(`No tenant found with the id ${other.id}.`);
    }
    for (const [name, input] of [
      ['tenant.create', { name: 'mine' }],
      ['tenant.update', { ...own, quotas: { vms: null } }],
      ['tenant.delete', own],
      ['signing_key.rotate', {}],
    ] as const) {
      const found = await bench().expectProblem(name, input as InputOf<'tenant.create'>, as);
      expect(found).toMatchObject({
        code: 'forbidden',
        detail: `${name} affects all tenants, so it is reserved for the first tenant.`,
      });
    }
    const viewer = { principal: { ...bench().admin, role: 'viewer' } };
    expect((await bench().expectOk('tenant.list', {}, viewer)).items).toHaveLength(1);
    expect((await bench().expectOk('audit.list', {}, as)).items).toMatchObject([
      { operation: 'signing_key.rotate', outcome: 'forbidden' },
      { operation: 'tenant.delete', outcome: 'forbidden' },
      {},
      {},
      {},
      {},
    ]);
  });

  test('a change is seen, guarded by its revision, and undone by null', async () => {
    const { resource } = await makeTenant({ quotas: { vms: 2 }, features: { graphql: false } });
    expect(resource).toMatchObject({
      quotas: { vms: 2, volumes: null },
      features: { graphql: false },
    });
    const { id } = resource;
    const changed = await bench().expectOk('tenant.update', {
      id,
      if_revision: 1,
      name: 'science',
      description: 'All of it',
      quotas: { vms: null, memory_gb: 8 },
      features: { graphql: null, tokens: false },
    });
    expect(changed.resource).toMatchObject({
      name: 'science',
      description: 'All of it',
      revision: 2,
      quotas: { vms: null, memory_gb: 8 },
      features: { graphql: true, tokens: false },
    });
    expect(await bench().expectOk('tenant.get', { id })).toMatchObject(changed.resource);
    const stale = { id, if_revision: 1 };
    for (const name of ['tenant.update', 'tenant.delete'] as const) {
      expect(await bench().expectProblem(name, stale)).toMatchObject({
        code: 'revision-mismatch',
        detail: 'The tenant science is at revision 2, not 1.',
      });
    }
    await bench().expectOk('tenant.create', { name: 'other' });
    expect(await bench().expectProblem('tenant.update', { id, name: 'other' })).toMatchObject({
      code: 'name-taken',
    });
  });

  test('a tenant with resources stays, and says which; the first one stays always', async () => {
    const { resource, as } = await makeTenant();
    const { id } = resource;
    await makeVmIn(as);
    const network = await bench().expectOk(
      'network.create',
      { name: 'n', cidr: '10.0.0.0/16' },
      as,
    );
    expect(await bench().expectProblem('tenant.delete', { id })).toMatchObject({
      code: 'in-use',
      detail: 'The tenant research cannot be deleted: it has 1 VM, 1 network.',
      data: { vms: 1, networks: 1 },
    });
    await bench().expectOk('security_group.create', { name: 's' }, as);
    const rule = {
      type: 'access',
      enforcement_mode: 'warn',
      rule: 'package novacron\nallow := true',
    } as const;
    for (const name of ['p', 'q']) await bench().expectOk('policy.create', { ...rule, name }, as);
    expect(await bench().expectProblem('tenant.delete', { id })).toMatchObject({
      detail:
        'The tenant research cannot be deleted: it has 1 VM, 1 network, 1 security group, 2 ' +
        'policies.',
      data: { vms: 1, networks: 1, security_groups: 1, policies: 2 },
    });
    for (const { id } of (await bench().expectOk('policy.list', {}, as)).items) {
      await bench().expectOk('policy.delete', { id }, as);
    }
    for (const { id } of (await bench().expectOk('security_group.list', {}, as)).items) {
      await bench().expectOk('security_group.delete', { id }, as);
    }
    const [vm] = (await bench().expectOk('vm.list', {}, as)).items;
    await bench().expectOk('vm.delete', { id: vm?.id ?? '' } as InputOf<'vm.delete'>, as);
    await bench().endAll();
    await bench().expectOk('network.delete', { id: network.resource.id }, as);
    await bench().expectOk('role.create', { name: 'r', operations: ['vm.get'] }, as);
    await bench().expectOk('api_key.create', { name: 'deployer', role: 'operator' }, as);
    const application = { name: 'a', repository: 'file:///srv/infra.git', run_as: 'deployer' };
    const automatic = { ...application, automatic: true };
    await bench().expectOk('gitops_application.create', automatic, as);
    const token = await bench().expectOk('token.create', {}, as);
    await bench().expectOk('tenant.delete', { id });
    expect(await bench().expectProblem('tenant.get', { id })).toMatchObject({ code: 'not-found' });
    expect(await bench().application.authenticate(token.secret)).toMatchObject({
      ok: false,
      error: { detail: expect.stringMatching(/revoked/) },
    });
    const tables = [
      'roles',
      'api_keys',
      'tenant_quotas',
      'gitops_applications',
      'workflows',
      'workflow_versions',
      'workflow_triggers',
    ] as const;
    for (const from of tables) {
      const left = await bench().store.read({ from });
      expect(
        left.filter((row) => [row.id, 'tenant_id' in row && row.tenant_id].includes(id)),
      ).toEqual([]);
    }
    expect(
      await bench().expectProblem('tenant.delete', { id: bench().admin.tenantId }),
    ).toMatchObject({
      code: 'in-use',
      detail: 'default is the first tenant, whose users operate NovaCron: it cannot be deleted.',
    });
  });

  async function makeVmIn(as: { readonly principal: Principal }): Promise<void> {
    await bench().expectOk('vm.create', { ...SMALL_VM, name: 'v' }, as);
    await bench().endAll();
  }

  test('sixty-four creates at once against a quota of ten make just ten', async () => {
    const { resource, as } = await makeTenant({ quotas: { vms: 10 } });
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        bench().call('vm.create', { name: `v${index}`, ...TINY }, as),
      ),
    );
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(10);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['quota-exceeded']));
    expect(refused[0]).toMatchObject({
      detail: 'The request exceeds the quota of the tenant (vms: 10 of 10 used, 1 more requested).',
      remedy: expect.stringContaining('novacron tenant update TENANT --quotas vms=11'),
      fields: [{ path: [], message: expect.stringContaining('the quota vms is 10') }],
      data: { exceeded: [{ quota: 'vms', limit: 10, used: 10, asked: 1 }] },
    });
    expect(await usageOf(resource.id)).toMatchObject({ vms: 10, cpu_cores: 10, memory_gb: 5 });
    await bench().endAll();
    expect(await usageOf(resource.id)).toMatchObject({ vms: 10, disk_gb: 40 });
  });

  const CASES: readonly {
    readonly what: string;
    readonly quotas: Partial<Quotas>;
    readonly name: OperationName;
    readonly input: object;
    readonly path: readonly string[];
  }[] = [
    ...(['cpu_cores', 'memory_gb', 'disk_gb'] as const).map((field) => ({
      what: `${field} of a new VM`,
      quotas: { [field]: 1 },
      name: 'vm.create' as const,
      input: SMALL_VM,
      path: [field],
    })),
    {
      what: 'the size of a new volume',
      quotas: { volume_gb: 9 },
      name: 'volume.create',
      input: { name: 'd', size_gb: 10 },
      path: ['size_gb'],
    },
    {
      what: 'one more volume',
      quotas: { volumes: 0 },
      name: 'volume.create',
      input: { name: 'd', size_gb: 10 },
      path: [],
    },
    {
      what: 'one more network',
      quotas: { networks: 0 },
      name: 'network.create',
      input: { name: 'n', cidr: '10.0.0.0/16' },
      path: [],
    },
    {
      what: 'one more policy',
      quotas: { policies: 0 },
      name: 'policy.create',
      input: { name: 'P', type: 'resource', rule: 'package p\n\nwarn := {"hi"}\n' },
      path: [],
    },
    {
      what: 'one more API key',
      quotas: { api_keys: 1 },
      name: 'api_key.create',
      input: { name: 'ci', role: 'viewer' },
      path: [],
    },
    {
      what: 'one more role',
      quotas: { roles: 0 },
      name: 'role.create',
      input: { name: 'r', operations: ['vm.get'] },
      path: [],
    },
  ];

  test.each(CASES)('a quota holds for $what', async ({ quotas, name, input, path }) => {
    const { as } = await makeTenant({ quotas });
    const found = await bench().expectProblem(name, input as InputOf<'vm.create'>, as);
    expect(found.code).toBe('quota-exceeded');
    expect(found.fields.map((field) => field.path)).toEqual([path]);
    const { items } = await bench().expectOk('audit.list', {}, as);
    expect(items).toMatchObject([{ operation: name, outcome: 'quota-exceeded' }]);
  });

  test('a plan shows a quota that would refuse it, at the field', async () => {
    const { as } = await makeTenant({ quotas: { memory_gb: 2, vms: 0 } });
    const preview = await bench().expectOk(
      'admission.preview',
      { operation: 'vm.create', input: SMALL_VM, unknown: [] },
      as,
    );
    expect(preview.problems).toMatchObject([
      {
        code: 'quota-exceeded',
        detail:
          'The request exceeds the quota of the tenant (vms: 0 of 0 used, 1 more requested; ' +
          'memory_gb: 0 of 2 used, 4 more requested).',
        errors: [{ path: [] }, { path: ['memory_gb'] }],
      },
    ]);
  });

  test('growing is charged, shrinking is given back when it is done', async () => {
    const { resource, as } = await makeTenant({ quotas: { cpu_cores: 4, volume_gb: 20 } });
    const { resource: vm } = await bench().expectOk('vm.create', SMALL_VM, as);
    await bench().endAll();
    expect(await bench().expectProblem('vm.update', { id: vm.id, cpu_cores: 5 }, as)).toMatchObject(
      { code: 'quota-exceeded', fields: [{ path: ['cpu_cores'] }] },
    );
    await bench().expectOk('vm.update', { id: vm.id, cpu_cores: 4 }, as);
    expect(await usageOf(resource.id)).toMatchObject({ cpu_cores: 4 });
    await bench().endAll();
    await bench().expectOk('vm.update', { id: vm.id, cpu_cores: 1 }, as);
    expect(await usageOf(resource.id)).toMatchObject({ cpu_cores: 4 });
    await bench().endAll();
    expect(await usageOf(resource.id)).toMatchObject({ cpu_cores: 1 });
    const disk = { name: 'd', size_gb: 10, attached_to: vm.id };
    const { resource: volume } = await bench().expectOk('volume.create', disk, as);
    await bench().endAll();
    expect(
      await bench().expectProblem('volume.update', { id: volume.id, size_gb: 21 }, as),
    ).toMatchObject({ code: 'quota-exceeded', fields: [{ path: ['size_gb'] }] });
    await bench().expectOk('volume.update', { id: volume.id, size_gb: 20 }, as);
    await bench().endAll();
    expect(await usageOf(resource.id)).toMatchObject({ volumes: 1, volume_gb: 20 });
  });

  test('what fails is given back with its room', async () => {
    const { resource, as } = await makeTenant();
    for (const { faults } of bench().fleet.drivers.values()) {
      faults.add({ action: 'start', kind: 'fail-final' });
    }
    const { operation } = await bench().expectOk('vm.create', SMALL_VM, as);
    await bench().endAll();
    expect(await bench().expectOk('operation.get', { id: operation.id }, as)).toMatchObject({
      status: 'failed',
    });
    expect(await usageOf(resource.id)).toMatchObject({ vms: 0, cpu_cores: 0, memory_gb: 0 });
  });

  test('a quota below what is used admits nothing more, and what is there can go', async () => {
    const { resource, as } = await makeTenant();
    await bench().expectOk('volume.create', { name: 'a', size_gb: 10 }, as);
    const { resource: b } = await bench().expectOk('volume.create', { name: 'b', size_gb: 5 }, as);
    await bench().expectOk('tenant.update', { id: resource.id, quotas: { volume_gb: 4 } });
    expect(
      await bench().expectProblem('volume.create', { name: 'c', size_gb: 1 }, as),
    ).toMatchObject({ code: 'quota-exceeded' });
    await bench().expectOk('volume.delete', { id: b.id }, as);
    expect(await usageOf(resource.id)).toMatchObject({ volumes: 1, volume_gb: 10 });
  });

  test('features that a tenant lacks are refused by name; whoami lists the others', async () => {
    const off = { migration: false, tokens: false, api_keys: false, custom_roles: false };
    const { as } = await makeTenant({ features: { ...off, policy_authoring: false } });
    const vm = await makeVm(bench());
    const rule = 'package p\n\nwarn := {"hi"}\n';
    for (const [name, input, feature] of [
      ['vm.migrate', { id: vm.id }, 'migration'],
      ['token.create', {}, 'tokens'],
      ['api_key.create', { name: 'k', role: 'viewer' }, 'api_keys'],
      ['role.create', { name: 'r', operations: ['vm.get'] }, 'custom_roles'],
      ['policy.create', { name: 'P', type: 'resource', rule }, 'policy_authoring'],
    ] as const) {
      const found = await bench().expectProblem(name, input as InputOf<'token.create'>, as);
      expect(found).toMatchObject({ code: 'feature-disabled', data: { feature } });
      expect(found.detail).toMatch(`Your tenant does not have the feature ${feature}: `);
    }
    const who = await bench().expectOk('identity.whoami', {}, as);
    expect(who.features).toEqual([
      'event_streams',
      'graphql',
      'notifications',
      'secrets',
      'unsigned_policies',
      'unsigned_workflows',
      'workflows',
    ]);
    const { items } = await bench().expectOk('audit.list', { limit: 1 }, as);
    expect(items).toMatchObject([{ operation: 'policy.create', outcome: 'feature-disabled' }]);
  });

  test('recounting repairs a count that is wrong', async () => {
    const { id } = (await makeTenant()).resource;
    const [row] = await bench().store.read({ from: 'tenant_quotas', where: { id } });
    if (row === undefined) throw new Error('a tenant is counted');
    await bench().store.commit([
      { kind: 'put', into: 'tenant_quotas', row: { ...row, vms_used: 3, cpu_cores_used: 6 } },
    ]);
    await bench().advance(FIRST_COUNT_MS + 1_000);
    expect(await usageOf(id)).toMatchObject({ vms: 0, cpu_cores: 0, api_keys: 1 });
    expect(await recountUsage(createDeps(bench().deps))).toBe(0);
  });
});
