import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const RULES = `[
    { direction = "ingress", action = "allow", protocol = "tcp", ports = "443", cidr = "::/0" },
    { direction = "ingress", action = "allow", protocol = "any", group_id = "self" },
    { direction = "ingress", action = "allow", protocol = "tcp", ports = "22", cidr = "fd00::/8" },
  ]`;

const group = (rules = RULES) => `
resource "novacron_security_group" "web" {
  name  = "web"
  rules = ${rules}
}
`;

const vm = (more = '') => `
resource "novacron_vm" "web" {
  name            = "web-01"
  cpu_cores       = 1
  memory_gb       = 1
  disk_gb         = 5
  security_groups = [novacron_security_group.web.id]
  ${more}
}
`;

describe('security groups', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function applied(hcl: string) {
    const workspace = system.workspace();
    workspace.configure(hcl);
    const run = await workspace.apply();
    expect(run.exitCode === 0 ? '' : run.output).toBe('');
    return workspace;
  }

  async function onlyGroup() {
    const [found] = (await system.call('security_group.list', {})).items;
    if (found === undefined) throw new Error('there is no group');
    return found;
  }

  async function firewallOfMachine() {
    const [found] = (await system.call('vm.list', {})).items;
    const inspected = await system.fleet.drivers.get(String(found?.node))?.inspect();
    const machine = inspected?.ok ? inspected.value[0] : undefined;
    return machine?.spec.firewall?.rules;
  }

  test('are applied, plan nothing then, change live, and go in order', async () => {
    const own =
      'firewall_rules = [{ direction = "egress", action = "allow", protocol = "any", ' +
      'cidr = "10.0.0.0/8" }]';
    const workspace = await applied(group() + vm(own));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(await firewallOfMachine()).toHaveLength(4);
    // The same set in another order is no change; another rule is a live one.
    const turned = RULES.split('\n').slice(1, -1).toReversed().join('\n');
    workspace.configure(group(`[${turned}\n]`) + vm(own));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    workspace.configure(group(RULES.replace('"443"', '"8000-8443"')) + vm(own));
    const planned = await diagnosePlan(workspace);
    expect(planned).toMatchObject({ exitCode: 2, diagnostics: [] });
    expect(planned.output).toContain('0 to add, 1 to change, 0 to destroy');
    expect((await workspace.apply()).output).toContain('0 added, 1 changed, 0 destroyed');
    expect(await firewallOfMachine()).toContainEqual(
      expect.objectContaining({ ports: '8000-8443' }),
    );
    workspace.configure(group(RULES.replace('"443"', '"8000-8443"')) + vm());
    expect((await workspace.apply()).output).toContain('0 added, 1 changed, 0 destroyed');
    expect(await firewallOfMachine()).toHaveLength(3);
    const destroyed = await workspace.run('destroy', '-auto-approve');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
  });

  test('that were opened outside Terraform are critical drift', async () => {
    const workspace = await applied(group());
    const { id } = await onlyGroup();
    const open = {
      direction: 'ingress',
      action: 'allow',
      protocol: 'any',
      cidr: '0.0.0.0/0',
    } as const;
    await system.callAndWait('security_group.update', { id, rules: [open] });
    const { exitCode, diagnostics, output } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(output).toContain('0 to add, 1 to change, 0 to destroy');
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: 'Drift (critical): novacron_security_group "web" was changed outside of Terraform',
        detail: expect.stringContaining('(security)'),
        address: 'novacron_security_group.web',
      },
    ]);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect((await onlyGroup()).rules).toHaveLength(3);
  });

  test('in use by a VM that Terraform does not know are not destroyed', async () => {
    const workspace = await applied(group());
    const { id } = await onlyGroup();
    const asked = { name: 'by-hand', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    await system.callAndWait('vm.create', { ...asked, security_groups: [id] });
    const { exitCode, output } = await workspace.run('destroy', '-auto-approve');
    expect(exitCode).toBe(1);
    expect(output.replaceAll(/[│\s]+/g, ' ')).toContain(
      'The security group web cannot be deleted: by-hand has it.',
    );
  });

  test('are imported by id and by name, looked up, and written by Terraform itself', async () => {
    const rule = {
      direction: 'ingress',
      action: 'allow',
      protocol: 'tcp',
      ports: '443',
      cidr: '0.0.0.0/0',
    } as const;
    const { resource } = await system.call('security_group.create', { name: 'web', rules: [rule] });
    const asked = { name: 'web-01', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const own = {
      direction: 'egress',
      action: 'allow',
      protocol: 'any',
      group_id: resource.id,
    } as const;
    await system.callAndWait('vm.create', {
      ...asked,
      security_groups: [resource.id],
      firewall_rules: [own],
    });
    const written = system.workspace();
    written.configure(`
import {
  to = novacron_security_group.web
  id = "${resource.id}"
}
import {
  to = novacron_vm.web
  id = "name=web-01"
}
data "novacron_security_group" "web" {
  name = "web"
}`);
    const planned = await written.run('plan', '-input=false', '-generate-config-out=made.tf');
    expect(planned.output).toContain('Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.');
    expect((await written.apply()).output).toContain('2 imported, 0 added, 0 changed, 0 destroyed');
    expect(await diagnosePlan(written)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('with rules that mean nothing are refused while planning, at the attribute', async () => {
    const workspace = system.workspace();
    for (const [rule, words] of [
      ['ports = "0", cidr = "::/0"', 'must be all, a port or a range, such as 443'],
      // Terraform drops a key that it does not know.
      ['port = "22", cidr = "10.0.0.0/8"', 'ports is needed for tcp and udp: a port, a range'],
      ['ports = "80"', 'must name exactly one of cidr and group_id'],
    ] as const) {
      workspace.configure(
        group(`[{ direction = "ingress", action = "allow", protocol = "tcp", ${rule} }]`),
      );
      const { exitCode, diagnostics } = await diagnosePlan(workspace);
      expect(exitCode).toBe(1);
      expect(diagnostics.map(({ detail }) => detail).join()).toContain(words);
    }
    const denied = 'direction = "ingress", acton = "deny", protocol = "any", cidr = "::/0"';
    workspace.configure(group(`[{ ${denied} }]`));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics.map(({ detail }) => detail).join()).toContain('"action" is required');
  });
});
