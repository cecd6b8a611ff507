import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan, diagnoseValidate } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

describe('data sources', () => {
  let system: System;
  let ids: { readonly vm: string; readonly network: string };

  beforeAll(async () => {
    system = await startSystem();
    const network = await system.call('network.create', { name: 'net', cidr: '10.3.0.0/24' });
    const vm = await system.call('vm.create', {
      name: 'web',
      cpu_cores: 1,
      memory_gb: 0.5,
      disk_gb: 5,
      network_id: network.resource.id,
      metadata: { tier: 'web' },
    });
    await system.call('operation.wait', { id: vm.operation.id });
    ids = { vm: vm.resource.id, network: network.resource.id };
  });
  afterAll(() => system.stop());

  test('a VM, a network and a template are found by name and by id', async () => {
    const workspace = system.workspace();
    workspace.configure(`
data "novacron_vm" "named" {
  name = "web"
}
data "novacron_vm" "known" {
  id = "${ids.vm}"
}
data "novacron_network" "named" {
  name = "net"
}
data "novacron_network" "known" {
  id = data.novacron_vm.named.network_id
}
data "novacron_template" "named" {
  name = "default"
}
data "novacron_template" "known" {
  id = data.novacron_template.named.id
}
output "all" {
  # User data of a VM is sensitive.
  sensitive = true
  value = {
    vm       = [data.novacron_vm.named, data.novacron_vm.known]
    network  = [data.novacron_network.named, data.novacron_network.known]
    template = [data.novacron_template.named, data.novacron_template.known]
  }
}`);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const { output } = await workspace.run('output', '-json', 'all');
    const { vm, network, template } = JSON.parse(output);
    expect(vm[0]).toMatchObject({
      id: ids.vm,
      name: 'web',
      cpu_cores: 1,
      memory_gb: 0.5,
      disk_gb: 5,
      network_id: ids.network,
      template_id: null,
      metadata: { tier: 'web' },
      anti_affinity: null,
      placement: null,
      node: expect.stringMatching(/^node-/),
      status: 'running',
      ip_address: expect.stringMatching(/^10\.3\.0\./),
      user_data: null,
    });
    expect(network[0]).toMatchObject({ cidr: '10.3.0.0/24', dns_servers: null, vm_count: 1 });
    expect(template[0]).toMatchObject({ name: 'default', disk_gb_min: expect.any(Number) });
    for (const [named, known] of [vm, network, template]) expect(known).toEqual(named);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a placement says where a VM would go, and makes nothing', async () => {
    const workspace = system.workspace();
    const ask = (cores: number) => `
data "novacron_placement" "x" {
  cpu_cores = ${cores}
  memory_gb = 4
  disk_gb   = 20
  placement = {
    zone = "zone-b"
  }
}
output "x" {
  value = data.novacron_placement.x
}`;
    workspace.configure(ask(2));
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const { output } = await workspace.run('output', '-json', 'x');
    expect(JSON.parse(output)).toMatchObject({
      name: null,
      cpu_cores: 2,
      spot: false,
      metadata: null,
      anti_affinity: null,
      node: expect.stringMatching(/^node-/),
      score: expect.stringMatching(/^0\.\d+$/),
      explanation: expect.stringContaining('zone-b'),
      alternatives: expect.arrayContaining([expect.stringMatching(/^node-/)]),
    });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect((await system.call('vm.list', {})).items).toHaveLength(1);
    workspace.configure(ask(1000));
    expect((await diagnosePlan(workspace)).diagnostics).toMatchObject([
      { severity: 'error', detail: expect.stringMatching(/cores/) },
    ]);
    workspace.configure(ask(0));
    expect((await diagnoseValidate(workspace)).diagnostics).toMatchObject([
      { severity: 'error', code: 'cpu_cores = 0' },
    ]);
  });

  test('a data source reads what the same apply makes', async () => {
    const workspace = system.workspace();
    workspace.configure(`
resource "novacron_network" "n" {
  name = "fresh"
  cidr = "10.4.0.0/24"
}
data "novacron_network" "d" {
  id = novacron_network.n.id
}
output "cidr" {
  value = data.novacron_network.d.cidr
}`);
    expect((await workspace.apply()).output).toMatch(/cidr += +"10.4.0.0\/24"/);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('both kinds of policies are found by name and by id, with what they say', async () => {
    const rule = 'package novacron\n\ndeny contains "never" if false\n';
    const named = { name: 'Core limits', type: 'resource', enforcement_mode: 'warn' } as const;
    const policy = await system.call('policy.create', { ...named, rule, priority: 7 });
    const document = 'policy spread\n  for vm\n  rule r: placement\n    then schedule mode=hard\n';
    const steering = await system.call('orchestration_policy.create', { document });
    const workspace = system.workspace();
    workspace.configure(`
data "novacron_policy" "named" {
  name = "Core limits"
}
data "novacron_policy" "known" {
  id = "${policy.resource.id}"
}
data "novacron_orchestration_policy" "named" {
  name = "spread"
}
data "novacron_orchestration_policy" "known" {
  id = "${steering.resource.id}"
}
output "all" {
  value = {
    policy   = [data.novacron_policy.named, data.novacron_policy.known]
    steering = [data.novacron_orchestration_policy.named, data.novacron_orchestration_policy.known]
  }
}`);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const all = JSON.parse((await workspace.run('output', '-json', 'all')).output);
    expect(all.policy[0]).toMatchObject({ ...named, rule, priority: 7, version: 1, enabled: true });
    expect(all.policy[0].selector).toBeNull();
    expect(all.policy[1]).toEqual(all.policy[0]);
    expect(all.steering[0]).toMatchObject({ id: steering.resource.id, document, version: 1 });
    expect(all.steering[1]).toEqual(all.steering[0]);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    await system.call('policy.delete', { id: policy.resource.id });
    await system.call('orchestration_policy.delete', { id: steering.resource.id });
  });

  test.each([
    ['novacron_vm', 'name', '"ghost"', 'There is no VM named "ghost"', 'novacron vm list'],
    ['novacron_network', 'name', '"ghost"', 'There is no network named', 'novacron network list'],
    ['novacron_template', 'name', '"ghost"', 'There is no template', 'novacron template list'],
    ['novacron_policy', 'name', '"ghost"', 'There is no policy named', 'novacron policy list'],
    ['novacron_vm', 'id', '"vm_01jd3v6t7re3h8z9k2m4n5p6q7"', 'No VM found with the id', 'List'],
    ['novacron_vm', 'id', '"web"', 'id', ''],
  ])('%s with an unknown %s %s is one error there', async (type, key, value, what, remedy) => {
    const workspace = system.workspace();
    workspace.configure(`data "${type}" "x" {\n  ${key} = ${value}\n}`);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toEqual([
      expect.objectContaining({ severity: 'error', code: `${key} = ${value}` }),
    ]);
    expect(diagnostics[0]?.detail).toContain(what);
    expect(diagnostics[0]?.detail).toContain(remedy);
  });

  test.each([
    ['neither', ''],
    ['both', '  id = "vm_01jd3v6t7re3h8z9k2m4n5p6q7"\n  name = "web"'],
  ])('%s of id and name is refused by validate', async (_case, fields) => {
    const workspace = system.workspace();
    workspace.configure(`data "novacron_vm" "x" {\n${fields}\n}`);
    const { diagnostics, exitCode } = await diagnoseValidate(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([{ severity: 'error', summary: 'Which vm? Set id or name' }]);
  });
});
