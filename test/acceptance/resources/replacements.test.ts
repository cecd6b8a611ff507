/**
 * Changes that force a replacement, changes that do not, and the result of a failed replacement.
 */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const EMPTY = { exitCode: 0, diagnostics: [] };

const NO_WEB = `package novacron

deny[msg] {
  startswith(input.resource.name, "web-2")
  msg := "no new VMs today"
}
`;

const vm = (name: string, diskGb: number, more = '') => `
resource "novacron_vm" "v" {
  name      = "${name}"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = ${diskGb}
  ${more}
}
`;

const GUARDED = 'lifecycle { create_before_destroy = true }';

describe('replacements', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function applied(hcl: string, workspace = system.workspace()) {
    workspace.configure(hcl);
    const { exitCode, output } = await workspace.apply();
    expect(exitCode === 0 ? '' : output).toBe('');
    return workspace;
  }

  async function vmIds() {
    return (await system.call('vm.list', {})).items.map(({ id }) => id);
  }

  async function setQuota(vms: number | null) {
    const { tenant: id } = await system.call('identity.whoami', {});
    await system.call('tenant.update', { id, quotas: { vms } });
  }

  async function errorsOf(run: ReturnType<typeof diagnoseApply>) {
    const { exitCode, diagnostics } = await run;
    return { exitCode, errors: diagnostics.filter(({ severity }) => severity === 'error') };
  }

  describe('with create_before_destroy that the server refuses during the apply', () => {
    const REFUSALS = [
      {
        what: 'the name, which the new VM keeps',
        name: 'web',
        refuse: async () => {},
        summary: /^The name is taken: create novacron_vm "web"$/,
      },
      {
        what: 'a policy that is newer than the plan',
        name: 'web-2',
        refuse: async () => {
          const text = { name: 'No web', type: 'resource', rule: NO_WEB } as const;
          await system.call('policy.create', text);
        },
        summary: /^Denied by a policy: create novacron_vm "web-2"$/,
      },
      {
        what: 'a quota that is newer than the plan',
        name: 'web-2',
        refuse: () => setQuota(1),
        summary: /^Quota exceeded: create novacron_vm "web-2"$/,
      },
    ];

    test.each(REFUSALS)('for $what: can be taken back', async ({ name, refuse, summary }) => {
      const before = vm('web', 20, GUARDED);
      const workspace = await applied(before);
      const ids = await vmIds();
      workspace.configure(vm(name, 10, GUARDED));
      expect(await workspace.plan('-out=plan.bin')).toMatchObject({ exitCode: 2 });
      await refuse();
      const { exitCode, errors } = await errorsOf(diagnoseApply(workspace, 'plan.bin'));
      expect(exitCode).toBe(1);
      expect(errors).toEqual([
        expect.objectContaining({ summary: expect.stringMatching(summary) }),
      ]);
      expect(await vmIds()).toEqual(ids);
      workspace.configure(before);
      expect(await diagnosePlan(workspace, '-refresh=false')).toMatchObject(EMPTY);
      expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
      await setQuota(null);
    });
  });

  test('that keep a name or an address range warn about create_before_destroy', async () => {
    const network = (cidr: string) => `
resource "novacron_network" "n" {
  name = "net"
  cidr = "${cidr}"
}`;
    const workspace = await applied(network('10.1.0.0/16'));
    workspace.configure(network('10.1.0.0/17'));
    expect((await diagnosePlan(workspace)).diagnostics).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        summary: 'A replacement keeps its name or address range',
        detail: expect.stringMatching(/the name and address range of net_\w+ can be used again/),
        code: 'name = "net"',
      }),
    );
    await applied(network('10.1.0.0/17'), workspace);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  describe('are not planned for a value that is unknown', () => {
    const behind = (value: string, said: string) => `
resource "terraform_data" "t" {
  input = { value = ${JSON.stringify(value)}, round = "${said}" }
}
`;
    const KINDS = [
      {
        what: 'an address block',
        type: 'novacron_network',
        attribute: 'cidr',
        values: ['10.1.0.0/16', '10.2.0.0/16'],
        block: (value: string) => `
resource "novacron_network" "x" {
  name = "net"
  cidr = ${value}
}`,
      },
      {
        what: 'a storage class',
        type: 'novacron_storage',
        attribute: 'type',
        values: ['ssd', 'nvme'],
        block: (value: string) => `
resource "novacron_storage" "x" {
  name    = "data"
  size_gb = 10
  type    = ${value}
}`,
      },
    ] as const;

    test.each(KINDS)('$what', async ({ type, attribute, values: [first, other], block }) => {
      const computed = block('terraform_data.t.output.value');
      const workspace = await applied(behind(first, '1') + computed);
      const id = async () => (await workspace.values(`${type}.x`))?.id;
      const before = await id();

      // It turns out to be the same.
      workspace.configure(behind(first, '2') + computed);
      const same = await diagnosePlan(workspace);
      expect(same.diagnostics).toMatchObject([
        { severity: 'warning', summary: expect.stringContaining('Possible replacement: update') },
      ]);
      await applied(behind(first, '2') + computed, workspace);
      expect(await id()).toBe(before);
      expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);

      // It turns out to differ: one error, nothing is destroyed, and the next apply replaces it.
      workspace.configure(behind(other, '3') + computed);
      const { exitCode, errors } = await errorsOf(diagnoseApply(workspace));
      expect(exitCode).toBe(1);
      expect(errors).toEqual([
        expect.objectContaining({
          summary: expect.stringContaining('Replacement needed: update'),
          detail: expect.stringContaining(`${attribute} was not known`),
        }),
      ]);
      expect(await id()).toBe(before);
      await applied(behind(other, '3') + computed, workspace);
      expect(await workspace.values(`${type}.x`)).toMatchObject({ [attribute]: other });
      expect(await id()).not.toBe(before);
      expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    });

    test('a network from a data source with depends_on', async () => {
      const references = `network_id  = data.novacron_network.n.id
  template_id = data.novacron_template.t.id`;
      const hcl = (round: number) => `
resource "novacron_network" "n" {
  name = "net"
  cidr = "10.1.0.0/16"
}
resource "terraform_data" "t" {
  input = ${round}
}
data "novacron_network" "n" {
  name       = novacron_network.n.name
  depends_on = [terraform_data.t]
}
data "novacron_template" "t" {
  name       = "default"
  depends_on = [terraform_data.t]
}
${vm('web', 5, references)}`;
      const workspace = await applied(hcl(1));
      const ids = await vmIds();
      await applied(hcl(2), workspace);
      expect(await vmIds()).toEqual(ids);
      expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    });
  });

  test('are not planned for another spelling of an address', async () => {
    const hcl = (cidr: string, dns: string) => `
resource "novacron_network" "n" {
  name        = "net"
  cidr        = "${cidr}"
  dns_servers = ["${dns}"]
}
resource "novacron_security_group" "g" {
  name  = "web"
  rules = [
    { direction = "ingress", action = "allow", protocol = "tcp", ports = "22", cidr = "${cidr}" },
    { direction = "ingress", action = "allow", protocol = "tcp", ports = "443", cidr = "::/0" },
  ]
}
resource "novacron_vm" "v" {
  name       = "web"
  cpu_cores  = 1
  memory_gb  = 1
  disk_gb    = 5
  network_id = novacron_network.n.id
  firewall_rules = [
    { direction = "ingress", action = "allow", protocol = "tcp", ports = "22", cidr = "${cidr}" },
  ]
}
resource "novacron_vm_group" "g" {
  name     = "group"
  min_size = 1
  max_size = 1
  vm = {
    cpu_cores = 1
    memory_gb = 1
    disk_gb   = 5
    firewall_rules = [
      { direction = "ingress", action = "allow", protocol = "tcp", ports = "22", cidr = "${cidr}" },
    ]
  }
}`;
    const workspace = await applied(hcl('fd00::/48', 'fd00::53'));
    workspace.configure(hcl('FD00:0:0::/48', 'fd00:0::0:53'));
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    // A change of something else leaves the spelling that is stored.
    const renamed = hcl('FD00:0:0::/48', 'fd00:0::0:53').replace('"net"', '"lan"');
    const { output } = await (await applied(renamed, workspace)).run('show');
    expect(output).toContain('"fd00::/48"');
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('fit into a quota that what they replace uses up', async () => {
    const workspace = await applied(vm('web', 5));
    await setQuota(1);
    const replaced = await errorsOf(diagnoseApply(workspace, '-replace=novacron_vm.v'));
    await setQuota(null);
    expect(replaced).toEqual({ exitCode: 0, errors: [] });
    await setQuota(1);
    workspace.configure(vm('web', 5) + vm('more', 5).replace('"v"', '"more"'));
    const more = await errorsOf(diagnosePlan(workspace));
    await setQuota(null);
    expect(more.errors).toMatchObject([{ summary: expect.stringContaining('Quota') }]);
  });

  const used = (cidr: string) => `
resource "novacron_network" "n" {
  name = "net"
  cidr = "${cidr}"
}
${vm('web', 5, 'network_id = novacron_network.n.id')}
resource "novacron_vm_group" "g" {
  name     = "group"
  min_size = 1
  max_size = 1
  vm       = { cpu_cores = 1, memory_gb = 1, disk_gb = 5, network_id = novacron_network.n.id }
  lifecycle {
    ignore_changes = [vm]
  }
}`;

  test.each([
    ['is tainted', ['taint', 'novacron_network.n'], []],
    ['-replace names', [], ['-replace=novacron_network.n']],
  ])('are refused where something goes on using what %s', async (_case, before, flags) => {
    const workspace = await applied(used('10.1.0.0/16'));
    const ids = await vmIds();
    if (before.length > 0) expect(await workspace.run(...before)).toMatchObject({ exitCode: 0 });
    const { exitCode, errors } = await errorsOf(diagnoseApply(workspace, ...flags));
    expect(errors).toEqual([
      expect.objectContaining({
        summary: 'In use: delete novacron_network "net"',
        detail: expect.stringContaining('novacron_vm_group "group" goes on using it'),
      }),
    ]);
    expect(exitCode).toBe(1);
    expect(await vmIds()).toEqual(ids);
  });

  test('are refused where something goes on using the replaced resource', async () => {
    const hcl = used;
    const workspace = await applied(hcl('10.1.0.0/16'));
    const ids = await vmIds();
    workspace.configure(hcl('10.2.0.0/16'));
    const { exitCode, errors } = await errorsOf(diagnoseApply(workspace));
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.objectContaining({
        summary: 'In use: delete novacron_network "net"',
        detail: expect.stringContaining('novacron_vm_group "group" goes on using it'),
      }),
    ]);
    expect(await vmIds()).toEqual(ids);

    // The same without the resource in the configuration.
    const [network] = (await system.call('network.list', {})).items;
    const left = vm('web', 5, `network_id = "${network?.id}"`);
    workspace.configure(left);
    const removed = await errorsOf(diagnosePlan(workspace));
    expect(removed.errors).toMatchObject([{ summary: 'In use: delete novacron_network "net"' }]);
    workspace.configure(hcl('10.1.0.0/16'));
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  });

  test('are not what a VM leaves and the plan deletes, which it names', async () => {
    const step = (networks: readonly string[], used: string) =>
      networks
        .map(
          (name, at) => `
resource "novacron_network" "${name}" {
  name = "${name}"
  cidr = "10.${at + 1}.0.0/24"
}`,
        )
        .concat(vm('web', 5, `network_id = novacron_network.${used}.id`))
        .join('');
    const workspace = await applied(step(['new', 'old'], 'old'));
    workspace.configure(step(['new'], 'new'));
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 2,
      diagnostics: [
        {
          severity: 'warning',
          summary: 'Deleted while it is in use: delete novacron_network "old"',
          detail: expect.stringContaining('novacron_vm "web" stops using it'),
        },
      ],
    });
    const first = await workspace.apply('-target=novacron_vm.v');
    expect(first.exitCode === 0 ? '' : first.output).toBe('');
    expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('of a network name the VMs that are connected, and delete none of others', async () => {
    const network = (cidr: string) => `
resource "novacron_network" "n" {
  name = "net"
  cidr = "${cidr}"
}`;
    const workspace = await applied(network('10.1.0.0/16'));
    const [made] = (await system.call('network.list', {})).items;
    const shape = { name: 'by-hand', cpu_cores: 1, memory_gb: 1, disk_gb: 5 } as const;
    await system.call('vm.create', { ...shape, network_id: made?.id });
    const ids = await vmIds();
    workspace.configure(network('10.2.0.0/16'));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        summary: 'VMs are connected: replace novacron_network "net"',
        detail: expect.stringMatching(/^These VMs are connected to it: by-hand\. .* new network/),
        code: 'cidr = "10.2.0.0/16"',
      }),
    );
    const refused = await errorsOf(diagnoseApply(workspace));
    expect(refused).toMatchObject({
      exitCode: 1,
      errors: [
        {
          summary: 'Still in use: delete novacron_network "net"',
          detail: expect.stringContaining('1 VM is connected to it: by-hand.'),
        },
      ],
    });
    expect(await vmIds()).toEqual(ids);
  });

  test('warns of a new address range that another network has', async () => {
    const networks = (cidr: string) => `
resource "novacron_network" "one" {
  name = "one"
  cidr = "${cidr}"
}
resource "novacron_network" "other" {
  name = "other"
  cidr = "10.204.0.0/24"
}
`;
    const workspace = system.workspace();
    workspace.configure(networks('10.206.0.0/24'));
    expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0 });
    workspace.configure(networks('10.204.0.128/25'));
    const { diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        summary: 'The address range is taken: replace novacron_network "one"',
        detail: expect.stringContaining('overlaps 10.204.0.0/24 of the network other'),
      }),
    );
    workspace.configure(networks('10.206.0.0/25'));
    const kept = await diagnosePlan(workspace);
    expect(JSON.stringify(kept.diagnostics)).not.toContain('is taken');
  });
});
