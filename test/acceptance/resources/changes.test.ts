import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const VM = `
resource "novacron_network" "n" {
  name = "net"
  cidr = "10.1.0.0/16"
}
resource "novacron_vm" "v" {
  name       = "web"
  cpu_cores  = 2
  memory_gb  = 4
  disk_gb    = 20
  network_id = novacron_network.n.id
}
`;

const VOLUME = `
resource "novacron_storage" "s" {
  name    = "data"
  size_gb = 10
}
`;

describe('changes of a configuration', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  /** Applies one configuration after another in one workspace and checks that each one settles. */
  async function applyAll(...configurations: readonly string[]) {
    const workspace = system.workspace();
    const outputs: string[] = [];
    for (const hcl of configurations) {
      workspace.configure(hcl);
      const applied = await workspace.apply();
      expect(applied).toMatchObject({ exitCode: 0 });
      outputs.push(applied.output);
      const second = await diagnosePlan(workspace);
      expect(second).toMatchObject({ exitCode: 0, diagnostics: [] });
    }
    return { workspace, outputs, last: outputs.at(-1) ?? '' };
  }

  async function vmNamed(name: string) {
    return (await system.call('vm.list', { name })).items[0];
  }

  test('a label of many VMs is one changed line for each', async () => {
    const many = VM.replace(
      'name       = "web"',
      `count      = 10\n  name       = "web-\${count.index}"`,
    )
      .replace('= 4', '= 1')
      .replace('= 20', '= 5');
    const { workspace } = await applyAll(many);
    workspace.configure(many.replace('network_id', 'metadata   = { team = "shop" }\n  network_id'));
    const { output } = await workspace.plan();
    const marked = output.split('\n').filter((line) => /^ +[-+~/<=]+ /.test(line));
    const kinds = new Map<string, number>();
    for (const line of marked) {
      const kind = line.replaceAll(/ +/g, ' ').trim();
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(Object.fromEntries(kinds)).toEqual({
      '~ update in-place': 1,
      '~ resource "novacron_vm" "v" {': 10,
      '+ metadata = {': 10,
      '+ "team" = "shop"': 10,
    });
    expect(output).not.toContain('known after apply');
  });

  test('a label leaves what is computed, and all that depends on it, as it is', async () => {
    const group = `
resource "novacron_vm_group" "g" {
  name     = "members"
  min_size = 2
  max_size = 3
  metadata = { tier = "a" }
  vm       = { cpu_cores = 1, memory_gb = 1, disk_gb = 5 }
}
resource "terraform_data" "placed" {
  triggers_replace = [
    novacron_vm.v.node, novacron_vm.v.status, novacron_vm.v.cost_per_hour,
    novacron_vm_group.g.member_ids,
  ]
}
`;
    const counted = `
data "novacron_vm" "m" {
  count = novacron_vm_group.g.size
  id    = novacron_vm_group.g.member_ids[count.index]
}
`;
    const labelled = VM.replace('network_id', 'metadata = { tier = "a" }\n  network_id');
    const { workspace } = await applyAll(labelled + group);
    const changed = (labelled + group + counted).replaceAll('tier = "a"', 'tier = "b"');
    workspace.configure(changed);
    const { exitCode, output } = await workspace.run('plan', '-input=false', '-no-color');
    expect(output.match(/^ +[-+~] .* -> .*$/gm)?.map((line) => line.trim())).toEqual([
      '~ "tier" = "a" -> "b"',
      '~ "tier" = "a" -> "b"',
    ]);
    expect(output).toContain('Plan: 0 to add, 2 to change, 0 to destroy.');
    expect(exitCode).toBe(0);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('cores, memory, a larger disk and labels change in place', async () => {
    const { workspace } = await applyAll(VM);
    const before = await vmNamed('web');
    const larger = VM.replace('= 2\n', '= 4\n').replace(
      '= 4\n  disk_gb    = 20',
      '= 8.5\n  disk_gb = 40',
    );
    workspace.configure(larger.replace('network_id', 'metadata = { tier = "web" }\n  network_id'));
    const { exitCode, output } = await workspace.apply();
    expect(output).toContain('0 added, 1 changed, 0 destroyed');
    expect(exitCode).toBe(0);
    expect(await vmNamed('web')).toMatchObject({
      id: before?.id,
      cpu_cores: 4,
      memory_gb: 8.5,
      disk_gb: 40,
      metadata: { tier: 'web' },
      status: 'running',
    });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a renamed VM keeps its id', async () => {
    const { workspace } = await applyAll(VM);
    const before = await vmNamed('web');
    workspace.configure(VM.replace('"web"', '"www"'));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect((await vmNamed('www'))?.id).toBe(before?.id);
    expect(await vmNamed('web')).toBeUndefined();
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a smaller root disk forces a replacement, and the plan warns of the loss', async () => {
    const { workspace } = await applyAll(VM);
    const before = await vmNamed('web');
    workspace.configure(VM.replace('disk_gb    = 20', 'disk_gb    = 10'));
    const planned = await workspace.plan();
    expect(planned.output).toMatch(/disk_gb +=.*# forces replacement/);
    expect(planned.output).toContain('Data loss: replace novacron_vm "web"');
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const after = await vmNamed('web');
    expect(after).toMatchObject({ status: 'running', disk_gb: 10 });
    expect(after?.id).not.toBe(before?.id);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test.each([
    ['another cidr', VM.replace('10.1.0.0/16', '10.2.0.0/16'), []],
    ['-replace', VM, ['-replace=novacron_network.n']],
    ['-replace without a refresh', VM, ['-replace=novacron_network.n', '-refresh=false']],
  ])('%s replaces a network and its VM, while the volume lives on', async (_case, hcl, args) => {
    const volume = `${VOLUME.replace('size_gb', 'attached_to = novacron_vm.v.id\n  size_gb')}`;
    const { workspace } = await applyAll(`${VM}\n${volume}`);
    const before = { vm: await vmNamed('web'), volumes: await system.call('volume.list', {}) };
    workspace.configure(`${hcl}\n${volume}`);
    const planned = await workspace.plan(...args);
    expect(planned.output).toMatch(/network_id +=.*# forces replacement/);
    expect(planned.output).toContain('Data loss: replace novacron_vm "web"');
    expect(planned.output).toContain('2 to add, 1 to change, 2 to destroy');
    const applied = await workspace.apply(...args);
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const after = await vmNamed('web');
    expect(after?.id).not.toBe(before.vm?.id);
    expect((await system.call('volume.list', {})).items).toMatchObject([
      { id: before.volumes.items[0]?.id, attached_to: after?.id, status: 'attached' },
    ]);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a VM moves to a network that is yet to be made, in place', async () => {
    const { workspace } = await applyAll(VM);
    const before = await vmNamed('web');
    workspace.configure(`${VM.replace('novacron_network.n.id', 'novacron_network.m.id')}
resource "novacron_network" "m" {
  name = "net-2"
  cidr = "10.2.0.0/16"
}`);
    const { exitCode, output } = await workspace.apply();
    expect(output).toContain('1 added, 1 changed, 0 destroyed');
    expect(exitCode).toBe(0);
    const networks = (await system.call('network.list', { name: 'net-2' })).items;
    expect(await vmNamed('web')).toMatchObject({ id: before?.id, network_id: networks[0]?.id });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test.each([
    ['another type', 'size_gb = 10', 'size_gb = 10\n  type = "nvme"', 'type'],
    ['a smaller size', 'size_gb = 10', 'size_gb = 5', 'size_gb'],
  ])('%s of a volume forces a replacement', async (_case, from, to, attribute) => {
    const { workspace } = await applyAll(VOLUME);
    workspace.configure(VOLUME.replace(from, to));
    const planned = await workspace.plan();
    expect(planned.output).toMatch(new RegExp(`${attribute} +=.*# forces replacement`));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect((await system.call('volume.list', {})).items).toHaveLength(1);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('disks that grew outside of Terraform are kept, with their data', async () => {
    const vm = VM.replace('novacron_network.n.id', 'novacron_network.n.id\n  metadata = {}');
    const { workspace } = await applyAll(`${vm}\n${VOLUME}`);
    const [volume] = (await system.call('volume.list', {})).items;
    const before = await vmNamed('web');
    if (volume === undefined || before === undefined) throw new Error('both are listed');
    await system.call('volume.update', { id: volume.id, size_gb: 20 });
    await system.call('vm.update', { id: before.id, disk_gb: 40 });
    const drifted = await diagnosePlan(workspace);
    expect(drifted).toMatchObject({ exitCode: 0 });
    const details = drifted.diagnostics.map(({ detail }) => detail).join('\n');
    const keeps = 'cannot shrink, so an apply keeps the larger value: set';
    expect(details).toContain(`disk_gb ${keeps} disk_gb = 40 in the configuration.`);
    expect(details).toContain(`size_gb ${keeps} size_gb = 20 in the configuration.`);
    expect(details).not.toContain('Apply again');

    // Another change of the same object is made in place.
    workspace.configure(`${vm.replace('{}', '{ tier = "web" }')}\n${VOLUME}`);
    const applied = await workspace.apply();
    expect(applied.output).toContain('0 added, 1 changed, 0 destroyed');
    expect(applied.exitCode).toBe(0);
    expect(await vmNamed('web')).toMatchObject({ id: before.id, disk_gb: 40 });
    const kept = await diagnosePlan(workspace);
    expect(kept.exitCode).toBe(0);
    expect(kept.diagnostics).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        summary: 'Larger than configured: novacron_vm "web"',
        detail: expect.stringContaining('Set disk_gb = 40, or add disk_gb to ignore_changes.'),
      }),
    );

    workspace.configure(`${vm}\n${VOLUME}`.replace('= 20', '= 40').replace('= 10', '= 20'));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect((await system.call('volume.list', {})).items).toMatchObject([{ id: volume.id }]);

    workspace.configure(`${vm}\n${VOLUME}`);
    expect(await workspace.apply('-replace=novacron_storage.s')).toMatchObject({ exitCode: 0 });
    const [replaced] = (await system.call('volume.list', {})).items;
    expect(replaced).toMatchObject({ size_gb: 10, id: expect.not.stringMatching(volume.id) });
  });

  test('a volume grows, and moves from VM to VM, in place', async () => {
    const second = VM.replace('"novacron_vm" "v"', '"novacron_vm" "v2"').replace('"web"', '"web2"');
    const base = `${second}
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 10
}`;
    const volume = (more: string) => `${base}\n${VOLUME.replace('size_gb = 10', more)}`;
    const { outputs } = await applyAll(
      volume('size_gb = 10\n  attached_to = novacron_vm.v.id'),
      volume('size_gb = 20\n  attached_to = novacron_vm.v2.id'),
      volume('size_gb = 20'),
    );
    expect(outputs[1]).toContain('0 added, 1 changed, 0 destroyed');
    expect(outputs[2]).toContain('0 added, 1 changed, 0 destroyed');
    expect((await system.call('volume.list', {})).items).toMatchObject([
      { size_gb: 20, attached_to: null, status: 'available' },
    ]);
  });

  test('nothing, an empty map and an empty list stay what they are', async () => {
    const with_ = (labels: string, servers: string) =>
      VM.replace('network_id', `${labels}\n  network_id`).replace('cidr =', `${servers}\n  cidr =`);
    const { workspace } = await applyAll(
      with_('metadata = null', 'dns_servers = null'),
      with_('metadata = {}', 'dns_servers = []'),
      with_('metadata = { a = "" }', 'dns_servers = ["1.1.1.1"]'),
      with_('metadata = {}', 'dns_servers = []'),
      VM,
    );
    expect(await workspace.values('novacron_vm.v')).toMatchObject({ metadata: null });
    expect(await workspace.values('novacron_network.n')).toMatchObject({ dns_servers: null });
  });

  test('a moved block renames a resource in the state and changes nothing', async () => {
    const { workspace } = await applyAll(VM);
    const moved = 'moved {\n  from = novacron_vm.v\n  to = novacron_vm.w\n}';
    workspace.configure(`${VM.replace('"novacron_vm" "v"', '"novacron_vm" "w"')}\n${moved}`);
    const { output, exitCode } = await workspace.apply();
    expect(output).toContain('0 added, 0 changed, 0 destroyed');
    expect(exitCode).toBe(0);
    expect((await system.call('vm.list', {})).items).toHaveLength(1);
  });

  test('destroy without a refresh and apply again makes new resources', async () => {
    const workspace = system.workspace();
    workspace.configure(VM);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    const destroyed = await workspace.run('destroy', '-auto-approve', '-refresh=false');
    expect(destroyed).toMatchObject({ exitCode: 0 });
    expect((await system.call('vm.list', {})).items).toEqual([]);
    const again = await workspace.apply();
    expect(again.exitCode === 0 ? '' : again.output).toBe('');
    expect(await vmNamed('web')).toMatchObject({ status: 'running' });
  });

  test('a deleted VM is planned again, also right after its creation', async () => {
    const { workspace } = await applyAll(`${VM}\n${VOLUME}`);
    const fresh = system.workspace();
    fresh.configure(
      'resource "novacron_vm" "x" {\n name = "x"\n cpu_cores = 1\n memory_gb = 1\n disk_gb = 1\n}',
    );
    expect(await fresh.apply()).toMatchObject({ exitCode: 0 });
    for (const { id } of (await system.call('vm.list', {})).items) {
      await system.callAndWait('vm.delete', { id });
    }
    for (const place of [workspace, fresh]) {
      const planned = await place.plan();
      expect(planned.output).toContain('1 to add, 0 to change, 0 to destroy');
      const applied = await place.apply();
      expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    }
    expect((await system.call('vm.list', {})).items.map(({ name }) => name)).toEqual(['web', 'x']);
  });
});
