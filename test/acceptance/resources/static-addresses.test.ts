import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const network = (cidr = '10.60.0.0/24') => `
resource "novacron_network" "front" {
  name = "front"
  cidr = "${cidr}"
}
`;

const vm = (name: string, more = '') => `
resource "novacron_vm" "${name}" {
  name       = "${name}"
  cpu_cores  = 1
  memory_gb  = 1
  disk_gb    = 5
  network_id = novacron_network.front.id
  ${more}
}
output "${name}" {
  value = [novacron_vm.${name}.ip_address, novacron_vm.${name}.network_interfaces[0].ip_address]
}
`;

const at = (ip: string) => `ip_address = "${ip}"`;

describe('the address of a VM', () => {
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
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    return workspace;
  }

  type Workspace = Awaited<ReturnType<typeof applied>>;

  async function update(workspace: Workspace, hcl: string, summary: string) {
    workspace.configure(hcl);
    const run = await workspace.apply();
    expect(run.output).toContain(summary);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  }

  async function addressOf(name: string) {
    return (await system.call('vm.list', { name })).items[0]?.ip_address;
  }

  test('is created with its network, changed in place, and kept where it is removed', async () => {
    const workspace = await applied(network() + vm('web', at('10.60.0.9')));
    const [made] = (await system.call('vm.list', {})).items;
    expect(made).toMatchObject({ ip_address: '10.60.0.9' });
    const changed = '0 added, 1 changed, 0 destroyed';
    await update(workspace, network() + vm('web', at('10.60.0.10')), changed);
    const [now] = (await system.call('vm.list', {})).items;
    expect(now).toMatchObject({ id: made?.id, ip_address: '10.60.0.10' });
    workspace.configure(network() + vm('web'));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    await update(workspace, network() + vm('web', 'priority = 60'), changed);
    expect(await addressOf('web')).toBe('10.60.0.10');
  });

  test('keeps no policy from a decision in the plan while it is not assigned', async () => {
    const rule = `package all

deny contains sprintf("%s is too large", [name]) if {
  some name in ["cpu_cores", "memory_gb"]
  input.resource[name] > 4
}
`;
    await system.call('policy.create', { name: 'all', type: 'resource', rule });
    const workspace = system.workspace();
    const alone = 'resource "novacron_vm" "v" {\n  name = "v"\n  cpu_cores = 8\n  memory_gb = 1\n';
    workspace.configure(`${alone}  disk_gb = 5\n}\n`);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toMatchObject([
      { detail: expect.stringContaining('cpu_cores is too large') },
    ]);
    expect(exitCode).toBe(1);
  });

  test('is assigned, and what was assigned can be chosen without a change', async () => {
    const workspace = await applied(network() + vm('web'));
    const assigned = String(await addressOf('web'));
    workspace.configure(network() + vm('web', at(assigned)));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    const next = assigned === '10.60.0.10' ? '10.60.0.11' : '10.60.0.10';
    await update(workspace, network() + vm('web', at(next)), '0 added, 1 changed, 0 destroyed');
    expect(await addressOf('web')).toBe(next);
  });

  test('of a VM without a network is none, and another network assigns another one', async () => {
    const other = network() + network('10.61.0.0/24').replaceAll('front', 'back');
    const workspace = await applied(other + vm('web', at('10.60.0.9')));
    const moved = vm('web').replace('novacron_network.front', 'novacron_network.back');
    await update(workspace, other + moved, '0 added, 1 changed, 0 destroyed');
    expect(await addressOf('web')).toMatch(/^10\.61\.0\./);
    const alone = other + vm('web').replace('novacron_network.front.id', 'null').split('output')[0];
    await update(workspace, alone, '0 added, 1 changed, 0 destroyed');
    expect(await addressOf('web')).toBeNull();
  });

  test.each([
    ['outside of its network', 'fd00::1', /is in no network that this plan creates \(.*"front"/],
    ['the gateway', '10.60.0.1', /the gateway, the second address of 10\.60\.0\.0\/24/],
    ['the broadcast address', '10.60.0.255', /broadcast address.*to 10\.60\.0\.254/s],
  ])('that is %s is refused before its network exists', async (_what, ip, detail) => {
    const workspace = system.workspace();
    workspace.configure(network() + vm('web', at(ip)));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      { summary: 'Address not possible: novacron_vm "web"', detail: expect.stringMatching(detail) },
    ]);
  });

  test('in the network of a template is left to the server', async () => {
    const { resource } = await system.call('network.create', { name: 't', cidr: '10.62.0.0/24' });
    const template = { name: 't', image: 'builtin:debian-12', os: 'debian', os_version: '12' };
    const made = await system.call('template.create', { ...template, network_id: resource.id });
    const own = vm('web', at('10.62.0.9'))
      .replace('novacron_network.front.id', 'null')
      .replace('cpu_cores', `template_id = "${made.resource.id}"\n  cpu_cores`);
    const workspace = system.workspace();
    workspace.configure(network() + own);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 2, diagnostics: [] });
  });

  test('is refused to a second VM of a plan, and overlapping networks are, too', async () => {
    const two = vm('web', at('10.60.0.9')) + vm('api', at('10.60.0.9'));
    const refused = /The plan gives the address 10\.60\.0\.9 to novacron_vm "(web|api)", too/;
    const workspace = system.workspace();
    workspace.configure(network() + two);
    const expectRefusal = async (summary: string, detail: RegExp) =>
      expect(await diagnosePlan(workspace)).toMatchObject({
        exitCode: 1,
        diagnostics: [
          {
            summary: expect.stringContaining(summary),
            detail: expect.stringMatching(detail),
          },
        ],
      });
    await expectRefusal('Address not possible', refused);
    workspace.configure(network());
    expect((await workspace.apply()).exitCode).toBe(0);
    workspace.configure(network() + two);
    await expectRefusal('Address not possible', refused);
    workspace.configure(
      network('10.0.0.0/16').replaceAll('front', 'a') +
        network('10.0.8.0/24').replaceAll('front', 'b'),
    );
    await expectRefusal('Overlapping address ranges', /the range of novacron_network "(a|b)"/);
  });

  test('is the same in every spelling of IPv6', async () => {
    const six = network('fd00:60::/64');
    const workspace = await applied(six + vm('web', at('FD00:60::A')));
    workspace.configure(six + vm('web', at('fd00:60:0:0::000a')));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(await workspace.values('novacron_vm.web')).toMatchObject({ ip_address: 'FD00:60::A' });
  });

  test('stays with a VM that is replaced', async () => {
    const workspace = await applied(network() + vm('web', at('10.60.0.9')));
    const smaller = vm('web', at('10.60.0.9')).replace('disk_gb    = 5', 'disk_gb    = 4');
    await update(workspace, network() + smaller, '1 added, 0 changed, 1 destroyed');
    expect(await addressOf('web')).toBe('10.60.0.9');
  });

  test.each([
    ['10.60.1.9', 'is not in 10.60.0.0/24'],
    ['10.60.0.1', 'is the gateway'],
    ['10.60.0.9', 'is taken by the VM by-hand'],
    ['10.60.0.9/24', 'must be an IP address without a prefix length'],
  ])('is refused when it is planned: %s', async (ip, message) => {
    const workspace = await applied(network());
    const [{ id } = { id: '' }] = (await system.call('network.list', {})).items;
    const asked = { name: 'by-hand', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const taken = { ip_address: '10.60.0.9', network_id: id as never };
    await system.callAndWait('vm.create', { ...asked, ...taken });
    workspace.configure(network() + vm('web', at(ip)));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      { severity: 'error', address: 'novacron_vm.web', code: at(ip) },
    ]);
    expect(JSON.stringify(diagnostics)).toContain(message);
  });
});
