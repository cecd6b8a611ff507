import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(120_000);

/** VMs of which no two may share a node, a third of them in each zone. */
function apart(count: number): string {
  return `
resource "novacron_vm" "web" {
  count         = ${count}
  name          = format("web-%02d", count.index + 1)
  cpu_cores     = 2
  memory_gb     = 4
  disk_gb       = 20
  anti_affinity = "web"
  placement     = { spread_domain = "zone" }
}
`;
}

const VM = `
resource "novacron_vm" "v" {
  name      = "solo"
  cpu_cores = 2
  memory_gb = 4
  disk_gb   = 20
  placement = { zone = "zone-b" }
}
`;

const PINNED = VM.replace('zone = "zone-b"', 'zone = "zone-b", pin_preview = true');

/** Two VMs on a network, whose change of range replaces them. */
const connected = (cidr: string, { network = '', vm = '' } = {}) => `
resource "novacron_network" "n" {
  name = "net-${cidr.startsWith('10') ? 'a' : 'b'}"
  cidr = "${cidr}"
  ${network}
}

resource "novacron_vm" "pair" {
  for_each   = toset(["1", "2"])
  name       = format("pair-%s", each.key)
  cpu_cores  = 2
  memory_gb  = 4
  disk_gb    = 20
  network_id = novacron_network.n.id
  ${vm}
}
`;

const CREATED_FIRST = { network: 'lifecycle { create_before_destroy = true }' };

const addressed = (cidr: string) =>
  connected(cidr, { vm: `ip_address = cidrhost("${cidr}", each.key + 10)` });

const WORKERS = `
resource "novacron_vm_group" "workers" {
  name     = "workers"
  min_size = 2
  max_size = 2
  vm = {
    cpu_cores = 2
    memory_gb = 4
    disk_gb   = 20
  }
}
`;

interface ShownVm {
  readonly name: string;
  readonly node: string | null;
  readonly placement_preview: {
    readonly node: string;
    readonly explanation: string;
  } | null;
}

describe('placement in plans', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  function workspaceOf(hcl: string, key?: string): TerraformWorkspace {
    const workspace = system.workspace();
    const provider = key === undefined ? '' : `provider "novacron" {\n  api_key = "${key}"\n}\n`;
    workspace.configure(`${provider}${hcl}`);
    return workspace;
  }

  /** Saves a plan and reads what it says of every VM. */
  async function planned(workspace: TerraformWorkspace, ...args: readonly string[]) {
    const { exitCode, output } = await workspace.plan('-out=plan.bin', ...args);
    const shown = await workspace.run('show', '-json', 'plan.bin');
    const { planned_values, resource_changes } = JSON.parse(shown.output);
    const vms: ShownVm[] = (planned_values.root_module.resources ?? []).map(
      ({ values }: { readonly values: ShownVm }) => values,
    );
    return { exitCode, output, vms, changes: resource_changes };
  }

  async function nodesByName(): Promise<Record<string, string | null>> {
    const { items } = await system.call('vm.list', { limit: 100 });
    return Object.fromEntries(items.map(({ name, node }) => [name, node]));
  }

  function previewsByName(vms: readonly ShownVm[]): Record<string, string | undefined> {
    return Object.fromEntries(vms.map((vm) => [vm.name, vm.placement_preview?.node]));
  }

  function errorsOf(diagnostics: Awaited<ReturnType<typeof diagnoseApply>>['diagnostics']) {
    return diagnostics.filter(({ severity }) => severity === 'error');
  }

  /** Uses up the node until nothing else goes there. */
  async function fill(node: string): Promise<void> {
    const { items } = await system.call('node.list', { name: node });
    const [found] = items;
    if (found === undefined) throw new Error(`there is no ${node}`);
    await system.callAndWait('vm.create', {
      name: `filler-${node}`,
      cpu_cores: found.capacity.cpu_cores - found.allocated.cpu_cores,
      memory_gb: 1,
      disk_gb: 1,
      placement: { node },
    });
  }

  test('twelve VMs that share no node go where one plan has shown each of them', async () => {
    const workspace = workspaceOf(apart(12));
    const { vms, exitCode, changes } = await planned(workspace);
    expect(exitCode).toBe(2);
    const shown = previewsByName(vms);
    expect(new Set(Object.values(shown)).size).toBe(12);
    // Whichever of them Terraform plans last has no other node left.
    expect(vms.map(({ placement_preview: preview }) => preview)).toContainEqual(
      expect.objectContaining({
        explanation: expect.stringMatching(/^node-\d+ in zone zone-., rack [^\n]* GB disk/),
      }),
    );
    expect(changes[0].change.after_unknown).toMatchObject({ node: true, id: true });
    expect((await workspace.apply('plan.bin')).exitCode).toBe(0);
    expect(await nodesByName()).toEqual(shown);
    expect((await workspace.plan()).exitCode).toBe(0);
  });

  test('of thirteen exactly one is refused, with the nodes counted per reason', async () => {
    const workspace = workspaceOf(apart(13));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toHaveLength(1);
    const [refusal] = diagnostics;
    expect(refusal).toMatchObject({
      severity: 'error',
      summary: expect.stringContaining('Insufficient capacity: create novacron_vm "web-'),
      code: 'resource "novacron_vm" "web" {',
    });
    expect(refusal?.detail).toContain('none of the 12 nodes can hold it: with VMs it must be');
    expect(refusal?.detail).toContain('apart from (12)');
    const [, id] = /`novacron placement-preview show (ppv_\w+)`/.exec(refusal?.detail ?? '') ?? [];
    const preview = await system.call('placement_preview.get', { id: id as never });
    expect(preview.node).toBeNull();
    expect(Object.keys(preview.refusal?.nodes ?? {})).toHaveLength(12);
    expect(Object.values(preview.refusal?.nodes ?? {}).flat()).toEqual(
      expect.arrayContaining([expect.stringContaining('group web')]),
    );
  });

  test('a node that is full when it is applied is reported, and another one is taken', async () => {
    const workspace = workspaceOf(VM);
    const { vms } = await planned(workspace);
    const shown = vms[0]?.placement_preview?.node ?? '';
    await fill(shown);
    const again = await diagnosePlan(workspace);
    expect(again.exitCode).toBe(2);
    expect(again.diagnostics).toEqual([
      expect.objectContaining({
        severity: 'warning',
        summary: 'Placement differs from the plan: create novacron_vm "solo"',
        detail: expect.stringMatching(
          new RegExp(`showed ${shown} for the VM solo, which cannot hold it any more: .*Today's`),
        ),
        code: 'placement = { zone = "zone-b" }',
      }),
    ]);
    const applied = await diagnoseApply(workspace, 'plan.bin');
    expect(applied.exitCode).toBe(0);
    expect(applied.output).toContain('Placement differs from the plan');
    const { solo } = await nodesByName();
    expect(solo).not.toBe(shown);
    expect(applied.output).toContain(`choice is ${solo}`);
    expect((await workspace.plan()).exitCode).toBe(0);
  });

  test('a VM that pins its preview is not created elsewhere', async () => {
    const workspace = workspaceOf(PINNED);
    const { vms } = await planned(workspace);
    await fill(vms[0]?.placement_preview?.node ?? '');
    const applied = await diagnoseApply(workspace, 'plan.bin');
    expect(applied.exitCode).toBe(1);
    expect(applied.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([
      expect.objectContaining({
        summary: 'Insufficient capacity: create novacron_vm "solo"',
        detail: expect.stringContaining('pins the node that its plan showed (pin_preview)'),
      }),
    ]);
    expect(await nodesByName()).not.toHaveProperty('solo');
  });

  test('a VM with another pin is migrated there before its change, in one apply', async () => {
    const pinnedTo = (node: string) => VM.replace('zone = "zone-b"', `node = "${node}"`);
    const workspace = workspaceOf(pinnedTo('node-01'));
    expect((await workspace.apply()).exitCode).toBe(0);
    workspace.configure(pinnedTo('node-02').replace('cpu_cores = 2', 'cpu_cores = 4'));
    const { exitCode, output, changes } = await planned(workspace);
    expect(exitCode).toBe(2);
    expect(output).toContain('Live migration from node-01 to node-02: the VM runs on.');
    expect(changes[0].change.actions).toEqual(['update']);
    expect((await workspace.apply('plan.bin')).exitCode).toBe(0);
    expect(await nodesByName()).toEqual({ solo: 'node-02' });
    expect((await workspace.plan()).exitCode).toBe(0);
  });

  test('who may only read can plan, and sees the same', async () => {
    const viewer = await system.createKey('viewer');
    const seen = await planned(workspaceOf(VM, viewer));
    expect(seen.exitCode).toBe(2);
    const workspace = workspaceOf(VM);
    const { vms } = await planned(workspace);
    expect(vms[0]?.placement_preview).toEqual(seen.vms[0]?.placement_preview);
    expect((await workspace.apply('plan.bin')).exitCode).toBe(0);
    expect(await nodesByName()).toEqual(previewsByName(vms));
  });

  test('two concurrent plans do not wait: each shows twelve VMs on twelve nodes', async () => {
    const one = workspaceOf(apart(12));
    const two = await system.workspaceApart();
    two.configure(apart(12).replaceAll('web', 'api'));
    const [first, second] = await Promise.all([planned(one), planned(two)]);
    for (const { exitCode, output, vms } of [first, second]) {
      expect(output).not.toContain('Error:');
      expect(exitCode).toBe(2);
      expect(new Set(Object.values(previewsByName(vms))).size).toBe(12);
    }
    expect((await two.apply('plan.bin')).exitCode).toBe(0);
    expect(await nodesByName()).toEqual(previewsByName(second.vms));
  });

  test('the place is known without the network, and unknown without a size', async () => {
    const network = 'resource "novacron_network" "n" {\n  name = "n"\n  cidr = "10.0.0.0/16"\n}\n';
    const connected = VM.replace('placement', 'network_id = novacron_network.n.id\n  placement');
    const { vms } = await planned(workspaceOf(network + connected));
    expect(vms.find(({ name }) => name === 'solo')?.placement_preview?.node).toMatch(/^node-/);
    const sized = VM.replace('disk_gb   = 20', 'disk_gb = terraform_data.size.output');
    const size = 'resource "terraform_data" "size" {\n  input = 30\n}\n';
    const workspace = workspaceOf(size + sized);
    const unknown = await planned(workspace);
    expect(unknown.vms.find(({ name }) => name === 'solo')).not.toHaveProperty('placement_preview');
    expect((await workspace.apply('plan.bin')).exitCode).toBe(0);
    expect((await workspace.plan()).exitCode).toBe(0);
  });

  describe('of what the plan replaces', () => {
    test.each([
      ['with their network', connected('10.1.0.0/24'), connected('192.168.7.0/24')],
      [
        'with a network that is created first',
        connected('10.1.0.0/24', CREATED_FIRST),
        connected('192.168.7.0/24', CREATED_FIRST),
      ],
      ['with their addresses', addressed('10.1.0.0/24'), addressed('192.168.7.0/24')],
    ])('is decided again: VMs %s', async (_case, before, after) => {
      const workspace = workspaceOf(before);
      expect((await workspace.apply()).exitCode).toBe(0);
      const was = Object.values(await nodesByName());
      for (const node of new Set(was)) await fill(node ?? '');
      workspace.configure(after);
      const { vms, output } = await planned(workspace);
      const shown = previewsByName(vms.filter(({ name }) => name.startsWith('pair')));
      expect({ output, shown }).toMatchObject({
        shown: { 'pair-1': expect.any(String), 'pair-2': expect.any(String) },
      });
      // Each is placed with the other one in mind, and neither where there is no room.
      expect(new Set([...was, ...Object.values(shown)]).size).toBe(4);
      const { exitCode, diagnostics } = await diagnoseApply(workspace, 'plan.bin');
      expect({ exitCode, errors: errorsOf(diagnostics) }).toEqual({ exitCode: 0, errors: [] });
      expect(await nodesByName()).toMatchObject(shown);
      expect((await workspace.plan()).exitCode).toBe(0);
    });

    test('is decided again: the members of a group', async () => {
      const workspace = workspaceOf(WORKERS);
      expect((await workspace.apply()).exitCode).toBe(0);
      const was = Object.values(await nodesByName());
      for (const node of new Set(was)) await fill(node ?? '');
      const { exitCode } = await planned(workspace, '-replace=novacron_vm_group.workers');
      expect(exitCode).toBe(2);
      const applied = await diagnoseApply(workspace, 'plan.bin');
      expect({ ...applied, diagnostics: errorsOf(applied.diagnostics) }).toMatchObject({
        exitCode: 0,
        diagnostics: [],
      });
      expect((await workspace.plan()).exitCode).toBe(0);
    });

    test('is left to the apply where only what is replaced leaves room', async () => {
      const workspace = workspaceOf(VM);
      expect((await workspace.apply()).exitCode).toBe(0);
      const { items } = await system.call('node.list', { limit: 100 });
      for (const { name } of items) await fill(name);
      const { vms } = await planned(workspace, '-replace=novacron_vm.v');
      expect(vms.find(({ name }) => name === 'solo')).not.toHaveProperty('placement_preview');
      expect((await workspace.apply('plan.bin')).exitCode).toBe(0);
      expect((await workspace.plan()).exitCode).toBe(0);
    });
  });

  test('a VM that was moved is no drift, and the plan is empty', async () => {
    const workspace = workspaceOf(VM.replace('placement = { zone = "zone-b" }', ''));
    expect((await workspace.apply()).exitCode).toBe(0);
    const { items } = await system.call('vm.list', { name: 'solo' });
    await system.callAndWait('vm.migrate', { id: items[0]?.id as never });
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect({ exitCode, diagnostics }).toEqual({ exitCode: 0, diagnostics: [] });
  });
});
