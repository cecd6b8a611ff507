import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { SSH_KEY_EXAMPLE } from '@novacron/contract/formats/ssh-public-key';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const EXAMPLE = readFileSync(
  resolve(__dirname, '../../../examples/terraform/vm-group/main.tf'),
  'utf8',
);
const EMPTY = { exitCode: 0, diagnostics: [] };

describe('VM groups', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function apply(configuration: string, workspace = system.workspace()) {
    workspace.configure(configuration);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    return workspace;
  }

  async function scale(size: number) {
    const [group] = (await system.call('vm_group.list', { name: 'web' })).items;
    if (group === undefined) throw new Error('there is no group');
    const { operation } = await system.call('vm_group.scale', { id: group.id, size });
    const ended = { id: operation.id, timeout_ms: 20_000 };
    expect(await system.call('operation.wait', ended)).toMatchObject({ status: 'succeeded' });
    return group;
  }

  test('plan nothing after an apply, nor after NovaCron was given another size', async () => {
    const workspace = await apply(EXAMPLE);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    const { id } = await scale(4);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    expect((await system.call('drift.report', {})).items).toEqual([]);
    expect((await system.call('vm_group.get', { id })).size).toBe(4);

    const imported = system.workspace();
    imported.configure(EXAMPLE);
    const [network] = (await system.call('network.list', {})).items;
    await imported.run('import', 'novacron_network.shop', network?.id ?? '');
    await imported.run('import', 'novacron_security_group.web', 'name=web');
    await imported.run('import', 'novacron_vm_group.web', 'name=web');
    expect(await diagnosePlan(imported)).toMatchObject(EMPTY);

    const destroyed = await workspace.run('destroy', '-auto-approve');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
    expect((await system.call('vm.list', {})).items).toEqual([]);
  });

  test('the plan shows where each member goes, beside the VMs of the same plan', async () => {
    const sizes = 'cpu_cores = 2\n    memory_gb = 4\n    disk_gb = 20';
    const hcl = `
resource "novacron_vm" "first" {
  name = "first"
  ${sizes}
}
resource "novacron_vm_group" "shop" {
  name          = "shop"
  min_size      = 3
  max_size      = 5
  anti_affinity = "node"
  vm = {
    ${sizes}
  }
  depends_on = [novacron_vm.first]
}
`;
    // Members are placed again when they are created: a VM created meanwhile may change the result.
    const workspace = system.workspace();
    workspace.configure(hcl);
    const planned = await workspace.run('plan', '-input=false', '-out=planned');
    expect(planned.exitCode === 0 ? '' : planned.output).toBe('');
    const shown = previewIn((await workspace.run('show', '-json', 'planned')).output);
    expect(Object.keys(shown)).toEqual(['shop-1', 'shop-2', 'shop-3']);
    expect(new Set(Object.values(shown)).size).toBe(3);
    // Another plan of the same group shows the same, and so does the apply.
    await workspace.run('plan', '-input=false', '-out=again');
    expect(previewIn((await workspace.run('show', '-json', 'again')).output)).toEqual(shown);
    const applied = await workspace.run('apply', '-input=false', 'planned');
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const stored = async () =>
      (await workspace.values('novacron_vm_group.shop'))?.placement_preview;
    expect(await stored()).toEqual(shown);
    const vms = (await system.call('vm.list', {})).items.filter(({ name }) => name in shown);
    expect(Object.fromEntries(vms.map(({ name, node }) => [name, node]))).toEqual(shown);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    // It stays as planned when the group grows.
    workspace.configure(hcl.replace('min_size      = 3', 'min_size      = 4'));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await stored()).toEqual(shown);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('a member that a policy refuses is refused by the plan, before its network', async () => {
    const rule = `package size

deny contains "too large" if {
	input.action in {"create_vm", "update_vm"}
	input.resource.memory_gb > 8
}
`;
    await system.call('policy.create', { name: 'size', type: 'resource', rule });
    const hcl = (memory: number) => `
resource "novacron_network" "n" {
  name = "same-plan"
  cidr = "10.66.0.0/16"
}
resource "novacron_vm_group" "g" {
  name     = "large"
  min_size = 1
  max_size = 2
  vm = {
    cpu_cores  = 1
    memory_gb  = ${memory}
    disk_gb    = 10
    network_id = novacron_network.n.id
  }
}
`;
    const workspace = system.workspace();
    workspace.configure(hcl(16));
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 1,
      diagnostics: [{ severity: 'error', detail: expect.stringContaining('too large') }],
    });
    await apply(hcl(8), workspace);
    workspace.configure(hcl(16));
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 1,
      diagnostics: [{ severity: 'error', detail: expect.stringContaining('too large') }],
    });
  });

  test('the placement of members is unknown while a value of theirs is', async () => {
    const workspace = system.workspace();
    workspace.configure(EXAMPLE);
    const planned = await workspace.run('plan', '-input=false');
    expect(planned.output).toMatch(/placement_preview += \(known after apply\)/);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('plan nothing for another order of what is in no order', async () => {
    const groups = '[novacron_security_group.web.id, novacron_security_group.more.id]';
    const own = `firewall_rules = [
      { direction = "ingress", action = "allow", protocol = "tcp", ports = "22", cidr = "::/0" },
      { direction = "egress", action = "allow", protocol = "any", cidr = "0.0.0.0/0" },
    ]`;
    const said = EXAMPLE.replace(
      'security_groups = [novacron_security_group.web.id]',
      `security_groups = ${groups}\n${own}`,
    ).concat('\nresource "novacron_security_group" "more" {\n  name = "more"\n}\n');
    expect(said).toContain(groups);
    const workspace = await apply(said);
    const reordered = said
      .replace(groups, '[novacron_security_group.more.id, novacron_security_group.web.id]')
      .replace(/(\{ direction = "ingress".*\},)\n\s*(\{ direction = "egress".*\},)/, '$2\n$1');
    expect(reordered).toMatch(/"egress".*"22"/s);
    workspace.configure(reordered);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    await apply(reordered.replace('memory_gb  = 2', 'memory_gb  = 4'), workspace);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('keep the spelling of their configuration, also beside a change', async () => {
    const said = EXAMPLE.replace(
      'security_groups = [novacron_security_group.web.id]',
      `ssh_keys       = ["${SSH_KEY_EXAMPLE}\\n"]
    firewall_rules = [
      { direction = "ingress", action = "allow", protocol = "any", cidr = "2001:DB8:0::/48" },
    ]`,
    );
    expect(said).toContain('2001:DB8:0');
    const workspace = await apply(said);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    const larger = said.replace('memory_gb  = 2', 'memory_gb  = 4');
    await apply(larger, workspace);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    workspace.configure(larger.replace('\\n', '').replace('2001:DB8:0:', '2001:db8:'));
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('own the size that they say, and roll their template out', async () => {
    const said = EXAMPLE.replace('max_size = 6', 'max_size = 6\n  desired_size = 3');
    const workspace = await apply(said);
    await scale(2);
    expect((await workspace.run('plan')).output).toMatch(/desired_size \s*= 2 -> 3/);
    await apply(said.replace('memory_gb  = 2', 'memory_gb  = 4'), workspace);
    const members = (await system.call('vm.list', {})).items;
    expect(members.map(({ name, memory_gb }) => [name, memory_gb])).toEqual([
      ['web-1', 4],
      ['web-2', 4],
      ['web-3', 4],
    ]);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('keep their members in plans that change them in place, and are so afterwards', async () => {
    const hcl = (vm: string, metadata = '') => `
resource "novacron_vm_group" "g" {
  name            = "kept"
  min_size        = 3
  max_size        = 4
  max_unavailable = 2
  vm = {
    ${vm}
    metadata = { ${metadata} }
  }
}
resource "terraform_data" "each" {
  for_each = toset(novacron_vm_group.g.member_ids)
}
`;
    const small = 'cpu_cores = 1\n memory_gb = 1\n disk_gb = 5';
    const workspace = system.workspace();
    // Nothing can be made for each of the members before there are any.
    workspace.configure(hcl(small));
    const first = await workspace.apply('-target=novacron_vm_group.g');
    expect(first.exitCode === 0 ? '' : first.output).toBe('');
    await apply(hcl(small), workspace);
    const member = async (name: string) => {
      const [vm] = (await system.call('vm.list', { name })).items;
      if (vm === undefined) throw new Error(`there is no ${name}`);
      return vm;
    };
    const values = async () => (await workspace.values('novacron_vm_group.g')) ?? {};
    const { id, member_ids } = await values();
    const changeInPlace = async (changed: string) => {
      workspace.configure(changed);
      const planned = await workspace.plan();
      expect(planned.output).toContain('0 to add, 1 to change, 0 to destroy');
      expect(planned.output).not.toMatch(/(size|status|member_ids) .*known after apply/);
      await apply(changed, workspace);
      expect(await values()).toMatchObject({ id, member_ids, size: 3 });
    };
    await changeInPlace(hcl(small, 'tier = "web"'));
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    await changeInPlace(hcl(small.replace('memory_gb = 1', 'memory_gb = 2'), 'tier = "web"'));
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    // Beside members that have drifted: one is restored, and one keeps its larger disk.
    await system.callAndWait('vm.update', { id: (await member('kept-1')).id, cpu_cores: 2 });
    await system.callAndWait('vm.update', { id: (await member('kept-2')).id, disk_gb: 9 });
    const large = 'cpu_cores = 1\n memory_gb = 2\n disk_gb = 7';
    await changeInPlace(hcl(large));
    expect(await values()).toMatchObject({ ready_size: 3, status: 'ready' });
    expect((await system.call('vm_group.list', { name: 'kept' })).items[0]).toMatchObject({
      ready_size: 3,
      status: 'ready',
    });
    const after = await Promise.all(['kept-1', 'kept-2', 'kept-3'].map(member));
    expect(after.map(({ cpu_cores, disk_gb }) => [cpu_cores, disk_gb])).toEqual([
      [1, 7],
      [1, 9],
      [1, 7],
    ]);

    // A stopped member is restored: the group is ready by then, which the plan does not know.
    await system.callAndWait('vm.update', {
      id: (await member('kept-3')).id,
      power_state: 'stopped',
    });
    workspace.configure(hcl(large, 'tier = "db"'));
    expect((await workspace.plan()).output).toMatch(/status += "degraded" -> \(known after/);
    await apply(hcl(large, 'tier = "db"'), workspace);
    expect(await values()).toMatchObject({ member_ids, ready_size: 3, status: 'ready' });

    // New members have other ids: what is made for each of them has to wait.
    workspace.configure(hcl(small));
    const replaced = await workspace.plan();
    expect(replaced.output).toContain('Invalid for_each argument');
  });

  test('have a size that counts can use, as soon as it is known', async () => {
    const sized = (sizes: string) => `
resource "novacron_vm_group" "g" {
  name = "counted"
  ${sizes}
  vm = {
    cpu_cores = 1
    memory_gb = 1
    disk_gb   = 5
  }
}
resource "terraform_data" "each" {
  count = novacron_vm_group.g.size
}
`;
    const steps: readonly (readonly [sizes: string, count: number])[] = [
      ['min_size = 2\n max_size = 4', 2],
      ['min_size = 2\n max_size = 5', 2],
      ['min_size = 1\n max_size = 5', 2],
      ['min_size = 1\n max_size = 5\n desired_size = 2', 2],
      ['min_size = 1\n max_size = 5\n desired_size = 3', 3],
      ['min_size = 1\n max_size = 5', 3],
      ['min_size = 1\n max_size = 2', 2],
      ['min_size = 1\n max_size = 2\n desired_size = var.size', 1],
    ];
    const workspace = system.workspace();
    for (const [sizes, count] of steps) {
      await apply(`${sized(sizes)}\nvariable "size" {\n  default = 1\n}`, workspace);
      expect(await workspace.values('novacron_vm_group.g')).toMatchObject({ size: count });
      expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    }
    const [first] = (await system.call('vm.list', {})).items;
    expect(first?.name).toBe('counted-1');

    // Rules may choose another size at once: that of a new group is not known.
    const other = system.workspace();
    const rules = 'rules = [{ kind = "target", metric = "queue_length_count", value = 10 }]';
    const scaled = sized('min_size = 2\n max_size = 4').replace('counted', 'scaled');
    other.configure(scaled.replace('vm = {', `scaling = { ${rules} }\n  vm = {`));
    expect((await other.plan()).output).toContain('Invalid count argument');
  });

  const group = (name: string, more = '') => `
resource "novacron_vm_group" "g" {
  name     = "${name}"
  min_size = 2
  max_size = 2
  vm = {
    cpu_cores = 1
    memory_gb = 1
    disk_gb   = 5
    ${more}
  }
}
`;

  const lone = (name: string, more = '') => `
resource "novacron_vm" "v" {
  name      = "${name}"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
  ${more}
}
`;

  test('are renamed in place', async () => {
    const workspace = await apply(group('web'));
    const before = await workspace.values('novacron_vm_group.g');
    const vms = async () => (await system.call('vm.list', {})).items;
    const ids = (await vms()).map(({ id }) => id).sort();
    workspace.configure(group('shop'));
    expect((await workspace.plan()).output).toContain('0 to add, 1 to change, 0 to destroy');
    await apply(group('shop'), workspace);
    expect(await workspace.values('novacron_vm_group.g')).toMatchObject({
      id: before?.id,
      name: 'shop',
    });
    expect((await vms()).map(({ name }) => name).sort()).toEqual(['shop-1', 'shop-2']);
    expect((await vms()).map(({ id }) => id).sort()).toEqual(ids);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('are replaced with the network that they share with a VM', async () => {
    const shared = 'network_id = novacron_network.n.id';
    const hcl = (cidr: string) => `
resource "novacron_network" "n" {
  name = "net"
  cidr = "${cidr}"
}
${lone('web', shared)}
${group('shop', shared)}`;
    const workspace = await apply(hcl('10.1.0.0/16'));
    workspace.configure(hcl('10.2.0.0/16'));
    const planned = await workspace.plan();
    expect(planned.output).toContain('3 to add, 0 to change, 3 to destroy');
    expect(planned.output).toContain('Data loss: replace novacron_vm_group "shop"');
    await apply(hcl('10.2.0.0/16'), workspace);
    const members = (await system.call('vm.list', {})).items;
    const [network] = (await system.call('network.list', {})).items;
    expect(members.map(({ network_id }) => network_id)).toEqual(members.map(() => network?.id));
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('do not share a name of a member with a VM of the same plan', async () => {
    const workspace = system.workspace();
    const refused = async (hcl: string) => {
      workspace.configure(hcl);
      const { exitCode, diagnostics } = await diagnosePlan(workspace);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      expect({ exitCode, errors }).toMatchObject({
        exitCode: 1,
        errors: [{ detail: expect.stringMatching(/NAME-1, NAME-2|exists already/) }],
      });
    };
    await refused(`${lone('web-2')}\n${group('web')}`);
    // The VM exists, and the group is created, or renamed, beside it.
    await apply(lone('web-2'), workspace);
    await refused(`${lone('web-2')}\n${group('web')}`);
    await refused(`${lone('web-2', 'depends_on = [novacron_vm_group.g]')}\n${group('web')}`);
    await apply(`${lone('web-2')}\n${group('shop')}`, workspace);
    await refused(`${lone('web-2')}\n${group('web')}`);
    // Another VM takes the name of a member that the same plan creates.
    await refused(`${lone('pay-1')}\n${group('pay')}`);
    await apply(`${lone('web-3')}\n${group('shop')}`, workspace);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('own their members, which cannot be imported as VMs', async () => {
    await apply(group('web'));
    const other = system.workspace();
    other.configure(lone('web-1'));
    const [member] = (await system.call('vm.list', { name: 'web-1' })).items;
    for (const id of [member?.id ?? '', 'name=web-1']) {
      const { exitCode, output } = await other.run('import', 'novacron_vm.v', id);
      expect(exitCode).toBe(1);
      expect(output).toContain('Member of a VM group: import novacron_vm "web-1"');
      expect(output).toContain('novacron_vm_group.NAME');
    }
  });
});

interface ShownPlan {
  readonly resource_changes: readonly {
    readonly type: string;
    readonly change: {
      readonly after: { readonly placement_preview?: Readonly<Record<string, string>> };
    };
  }[];
}

/** The placement preview of the group in a plan as JSON. */
function previewIn(json: string): Readonly<Record<string, string>> {
  const { resource_changes: changes }: ShownPlan = JSON.parse(json);
  const group = changes.find(({ type }) => type === 'novacron_vm_group');
  return group?.change.after.placement_preview ?? {};
}
