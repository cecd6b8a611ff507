import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

/** Resource made without Terraform, with the resource type that imports it. */
interface Existing {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly hcl: string;
}

describe('import', () => {
  let system: System;
  let existing: readonly Existing[];

  beforeAll(async () => {
    system = await startSystem();
    existing = await makeExisting(system);
  });
  afterAll(() => system.stop());

  async function expectNoPlan(workspace: TerraformWorkspace) {
    const { exitCode, diagnostics, output } = await diagnosePlan(workspace);
    expect(exitCode === 0 ? '' : output).toBe('');
    expect(diagnostics).toEqual([]);
  }

  test.each([
    ['their ids', ({ id }: Existing) => id],
    ['their names', ({ name }: Existing) => name],
    ['name=NAME', ({ name }: Existing) => `name=${name}`],
  ])('all types are imported by %s, without a word about drift', async (_case, wordOf) => {
    const workspace = system.workspace();
    workspace.configure(existing.map(({ hcl }) => hcl).join('\n'));
    for (const thing of existing) {
      const done = await workspace.run('import', `${thing.type}.x`, wordOf(thing));
      expect(done.exitCode === 0 ? '' : done.output).toBe('');
      expect(done.output).not.toMatch(/drift|warning/i);
      expect(await workspace.values(`${thing.type}.x`)).toMatchObject({ id: thing.id });
    }
    await expectNoPlan(workspace);
  });

  test('of what another state has applied is advised against, and warned of', async () => {
    const hcl = `
resource "novacron_vm" "x" {
  name      = "owned"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
}`;
    const [owner, other] = [system.workspace(), system.workspace()];
    owner.configure(hcl);
    expect(await owner.apply()).toMatchObject({ exitCode: 0 });
    other.configure(hcl);
    // Terraform has not confirmed yet that the VM is in its state; a refresh confirms it.
    for (const advice of [
      /interrupted and no Terraform state of any workspace or directory contains it/,
      /Import it only if no Terraform state contains it, of any workspace or directory: check/,
    ]) {
      const { diagnostics } = await diagnosePlan(other);
      expect(diagnostics).toMatchObject([
        { severity: 'error', detail: expect.stringMatching(advice) },
      ]);
      await expectNoPlan(owner);
    }
    other.configure(`${hcl}\nimport {\n  to = novacron_vm.x\n  id = "owned"\n}`);
    const { diagnostics, output } = await diagnosePlan(other);
    expect(output).toContain('1 to import, 0 to add, 0 to change, 0 to destroy');
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: 'May be in another state: import novacron_vm "owned"',
        detail: expect.stringMatching(/^The deployment "default" applied it at .* \(by admin\)\./),
      },
    ]);
    expect(await owner.run('destroy', '-auto-approve')).toMatchObject({ exitCode: 0 });
  });

  test('import blocks write a configuration that plans nothing', async () => {
    const workspace = system.workspace();
    workspace.configure(
      existing.map(({ type, id }) => `import {\n  to = ${type}.x\n  id = "${id}"\n}`).join('\n'),
    );
    const planned = await workspace.run('plan', '-input=false', '-generate-config-out=made.tf');
    expect(planned.exitCode === 0 ? '' : planned.output).toBe('');
    expect(planned.output).toContain('4 to import, 0 to add, 0 to change, 0 to destroy');
    expect(planned.output).not.toMatch(/drift/i);
    const generated = readFileSync(join(workspace.directory, 'made.tf'), 'utf8');
    expect(generated).not.toMatch(/\bnode\b|status|vm_count/);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    await expectNoPlan(workspace);
  });

  test('a configuration that differs from what is imported is an update in place', async () => {
    const workspace = system.workspace();
    const vm = existing.find(({ type }) => type === 'novacron_vm');
    workspace.configure(`import {
  to = novacron_vm.x
  id = "${vm?.id}"
}
resource "novacron_vm" "x" {
  name      = "old-vm"
  cpu_cores = 3
  memory_gb = 2
  disk_gb   = 10
}`);
    const { diagnostics, exitCode, output } = await diagnosePlan(workspace);
    expect(output).toContain('1 to import, 0 to add, 1 to change, 0 to destroy');
    expect({ diagnostics, exitCode }).toEqual({ diagnostics: [], exitCode: 2 });
  });

  test('what a template has said stays where a lost state is imported again', async () => {
    const workspace = system.workspace();
    workspace.configure(`
resource "novacron_network" "n" {
  name = "again"
  cidr = "10.8.0.0/24"
}
resource "novacron_template" "t" {
  name       = "again"
  image      = "builtin:debian-12"
  cpu_cores  = 1
  memory_gb  = 1
  disk_gb    = 5
  network_id = novacron_network.n.id
}
resource "novacron_vm" "x" {
  name        = "again"
  template_id = novacron_template.t.id
}`);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await workspace.run('state', 'rm', 'novacron_vm.x')).toMatchObject({ exitCode: 0 });
    const imported = await workspace.run('import', 'novacron_vm.x', 'again');
    expect(imported.exitCode === 0 ? '' : imported.output).toBe('');
    await expectNoPlan(workspace);
    expect(await workspace.run('destroy', '-auto-approve')).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['a name', 'ghost', 'novacron vm list'],
    ['an id', 'vm_01jd3v6t7re3h8z9k2m4n5p6q7', 'novacron vm list'],
    ['an id of another kind', 'vol_01jd3v6t7re3h8z9k2m4n5p6q7', 'to a novacron_storage.'],
  ])('%s that nothing has is one clear error', async (_case, word, remedy) => {
    const workspace = system.workspace();
    workspace.configure(`
resource "novacron_vm" "x" {
  name      = "x"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 1
}`);
    const { exitCode, output } = await workspace.run('import', 'novacron_vm.x', word);
    expect(exitCode).toBe(1);
    expect(output.match(/Error: /g)).toHaveLength(1);
    expect(output).toContain(`Not found: import novacron_vm "${word}"`);
    expect(output).toContain(remedy);
  });
});

async function makeExisting(system: System): Promise<readonly Existing[]> {
  const network = await system.call('network.create', { name: 'old-net', cidr: '10.9.0.0/24' });
  const vm = await system.call('vm.create', {
    name: 'old-vm',
    cpu_cores: 2,
    memory_gb: 2,
    disk_gb: 10,
    network_id: network.resource.id,
    metadata: { team: 'blue' },
  });
  await system.call('operation.wait', { id: vm.operation.id });
  const volume = await system.call('volume.create', { name: 'old-data', size_gb: 7, type: 'hdd' });
  const rule = 'package novacron\n\ndefault allow = true\n';
  const policy = await system.call('policy.create', {
    name: 'Old Policy',
    type: 'security',
    enforcement_mode: 'audit',
    rule,
  });
  const block = (type: string, id: string, name: string, fields: string) => {
    return { type, id, name, hcl: `resource "${type}" "x" {\n  name = "${name}"\n${fields}\n}` };
  };
  return [
    block('novacron_network', network.resource.id, 'old-net', '  cidr = "10.9.0.0/24"'),
    block(
      'novacron_vm',
      vm.resource.id,
      'old-vm',
      '  cpu_cores = 2\n  memory_gb = 2\n  disk_gb = 10\n  metadata = { team = "blue" }\n' +
        '  network_id = novacron_network.x.id',
    ),
    block('novacron_storage', volume.resource.id, 'old-data', '  size_gb = 7\n  type = "hdd"'),
    block(
      'novacron_policy',
      policy.resource.id,
      'Old Policy',
      `  type = "security"\n  enforcement_mode = "audit"\n  rule = ${JSON.stringify(rule)}`,
    ),
  ];
}
