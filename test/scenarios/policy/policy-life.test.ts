import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const RULE = `package novacron

deny contains msg if {
  input.action == "create_vm"
  input.resource.cpu_cores > 4
  msg := "at most 4 cores"
}

warn contains "say what it is for" if count(input.resource.metadata) == 0
`;

const POLICY = { name: 'Small VMs', type: 'resource', rule: RULE } as const;

const BIG_VM = { ...SMALL_VM, cpu_cores: 6 } as const;

describe('the life of a policy', () => {
  const bench = useBench();

  async function make(more: Partial<InputOf<'policy.create'>> = {}) {
    const { resource } = await bench().expectOk('policy.create', { ...POLICY, ...more });
    return resource;
  }

  test('is compiled when it is created, with its syntax and version', async () => {
    expect(await make()).toMatchObject({
      name: 'Small VMs',
      enforcement_mode: 'block',
      enabled: true,
      rego_version: 'v1',
      version: 1,
    });
  });

  test('is refused with line and column of every mistake', async () => {
    const rule = 'package novacron\n\nallow if {\n  input.role = = 1\n}\n';
    const refused = await bench().expectProblem('policy.create', { ...POLICY, rule });
    expect(refused).toMatchObject({ code: 'rule-invalid', fields: [{ path: ['rule'] }] });
    expect(refused.fields[0]?.message).toMatch(/^line 4, column 16: /);
    expect(refused.data).toMatchObject({ mistakes: [{ row: 4, column: 16 }] });
  });

  test('is refused when it answers nothing', async () => {
    const rule = 'package novacron\n\nhelper := 1\n';
    expect(await bench().expectProblem('policy.create', { ...POLICY, rule })).toMatchObject({
      code: 'rule-invalid',
      detail: 'The rule does not define allow, deny, warn or violation in data.novacron.',
    });
  });

  test('that denies a change has the resource in the audit log by its name', async () => {
    const { id } = await makeVm(bench(), { ...SMALL_VM, name: 'web-01' });
    await make({
      rule: 'package novacron\n\ndeny contains "stays" if input.action == "delete_vm"\n',
    });
    await bench().expectProblem('vm.delete', { id });
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    expect(items[0]).toMatchObject({
      operation: 'vm.delete',
      outcome: 'policy-denied',
      resource_id: id,
      resource_name: 'web-01',
    });
  });

  test('blocks what it denies, and the refusal is audited', async () => {
    await make();
    const refused = await bench().expectProblem('vm.create', BIG_VM);
    expect(refused).toMatchObject({
      code: 'policy-denied',
      detail: expect.stringContaining('at most 4 cores'),
    });
    expect(refused.detail).toContain('"Small VMs" (version 1, data.novacron.deny)');
    const { items } = await bench().expectOk('audit.list', { limit: 1 });
    expect(items).toMatchObject([
      { operation: 'vm.create', outcome: 'policy-denied', resource_name: 'web-01' },
    ]);
    expect(await bench().expectOk('vm.list', {})).toMatchObject({ items: [] });
  });

  test('warns of what it finds, and the write goes on', async () => {
    await make();
    const answer = await bench().expectOk('vm.create', SMALL_VM);
    expect(answer.warnings).toEqual([
      {
        policy: 'Small VMs',
        version: 1,
        rule_path: 'data.novacron.warn',
        message: 'say what it is for',
      },
    ]);
    const labelled = { ...SMALL_VM, name: 'web-02', metadata: { tier: 'web' } };
    expect((await bench().expectOk('vm.create', labelled)).warnings).toEqual([]);
  });

  test('returns a denial in the mode warn, and does not in the mode audit', async () => {
    const { id } = await make({ enforcement_mode: 'warn' });
    const warned = await bench().expectOk('vm.create', BIG_VM);
    expect(warned.warnings.map(({ message }) => message).join()).toContain('at most 4 cores');
    await bench().expectOk('policy.update', { id, enforcement_mode: 'audit' });
    const silent = await bench().expectOk('vm.create', { ...BIG_VM, name: 'web-02' });
    expect(silent.warnings.map(({ message }) => message).join()).not.toContain('at most 4 cores');
  });

  test('decides nothing while it is disabled or after it has been deleted', async () => {
    const { id } = await make();
    await bench().expectOk('policy.update', { id, enabled: false });
    await makeVm(bench(), { cpu_cores: 6 });
    await bench().expectOk('policy.update', { id, enabled: true });
    await bench().expectProblem('vm.create', { ...BIG_VM, name: 'web-02' });
    await bench().expectOk('policy.delete', { id });
    await makeVm(bench(), { cpu_cores: 6, name: 'web-02' });
  });

  test('has a new version when its rule changes, and only then', async () => {
    const { id } = await make();
    const renamed = await bench().expectOk('policy.update', { id, name: 'Smaller VMs' });
    expect(renamed.resource).toMatchObject({ version: 1, revision: 2 });
    const rule = RULE.replace('> 4', '> 1');
    const changed = await bench().expectOk('policy.update', { id, rule });
    expect(changed.resource).toMatchObject({ version: 2, revision: 3 });
    const refused = await bench().expectProblem('vm.create', SMALL_VM);
    expect(refused.detail).toContain('"Smaller VMs" (version 2');
  });

  test('an access policy that allows one principal locks all others out', async () => {
    const rule = 'package novacron\n\nallow if input.subject.user_id == "ann"\n';
    const { id } = await make({ name: 'Ann only', type: 'access', rule });
    const refused = await bench().expectProblem('vm.create', SMALL_VM);
    expect(refused).toMatchObject({ code: 'policy-denied' });
    expect(await bench().expectProblem('policy.delete', { id })).toMatchObject({
      code: 'policy-denied',
    });
    expect(await bench().expectOk('vm.list', {})).toMatchObject({ items: [] });
  });

  test('decides deletes and API keys too', async () => {
    const rule = `package novacron
deny contains "nothing is deleted" if startswith(input.action, "delete_")
deny contains "no admins" if {
  input.action == "create_api_key"
  input.resource.role == "admin"
}
`;
    const vm = await makeVm(bench());
    await make({ rule });
    for (const refused of [
      await bench().expectProblem('vm.delete', { id: vm.id }),
      await bench().expectProblem('api_key.create', { name: 'bea', role: 'admin' }),
    ]) {
      expect(refused).toMatchObject({ code: 'policy-denied' });
    }
    await bench().expectOk('api_key.create', { name: 'bea', role: 'viewer' });
  });

  test('is asked in a plan what it will be asked at apply, name and all', async () => {
    const rule = `package novacron
deny contains sprintf("%s is kept", [input.resource.name]) if {
  startswith(input.action, "delete_")
  startswith(input.resource.name, "keep-")
}
deny contains sprintf("%s is small", [input.resource.name]) if {
  input.action == "update_vm"
  startswith(input.resource.name, "keep-")
}
`;
    const { id } = await makeVm(bench(), { name: 'keep-1' });
    const size = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const group = { name: 'keep', vm: size, min_size: 1, max_size: 1 };
    const made = await bench().expectOk('vm_group.create', { ...group, name: 'keep-g' });
    await bench().end(made.operation);
    await make({ rule });
    const asked = [
      { operation: 'vm.delete', input: { id }, says: 'keep-1 is kept' },
      { operation: 'vm.update', input: { id, cpu_cores: 2 }, says: 'keep-1 is small' },
      { operation: 'vm_group.delete', input: { id: made.resource.id }, says: 'keep-g-1 is kept' },
    ] as const;
    for (const { says, ...write } of asked) {
      const { problems } = await bench().expectOk('admission.preview', write);
      expect(problems.map(({ detail }) => detail).join()).toContain(says);
    }
  });

  test('a policy whose evaluation fails denies what it would have to decide', async () => {
    const rule = `package novacron
deny := {"one"} if input.resource.type == "vm"
deny := {"two"} if input.resource.type == "vm"
`;
    await make({ rule });
    const refused = await bench().expectProblem('vm.create', SMALL_VM);
    expect(refused.code).toBe('policy-denied');
    expect(refused.detail).toContain('data.novacron.deny has more than one value');
  });

  test('refuses a taken name with the command that imports its holder', async () => {
    const { id } = await make();
    expect(await bench().expectProblem('policy.create', POLICY)).toMatchObject({
      code: 'name-taken',
      detail: `A policy named "Small VMs" exists already: ${id}.`,
      remedy: expect.stringContaining(`terraform import novacron_policy.NAME ${id}`),
    });
  });
});
