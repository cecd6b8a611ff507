import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { GROUP_LABEL } from '@novacron/contract/kinds/vm-group/vm-group';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const vm = (name: string, metadata = '') => `
resource "novacron_vm" "${name}" {
  name      = "${name}"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
  ${metadata}
}
`;

describe('labels of the provider block', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  const withDefaults = (labels: string, resources: string) =>
    `provider "novacron" {\n  default_labels = ${labels}\n}\n${resources}`;

  async function settled(workspace: ReturnType<System['workspace']>, hcl: string) {
    workspace.configure(hcl);
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  }

  async function labelsOf(name: string) {
    return (await system.call('vm.list', { name })).items[0]?.metadata;
  }

  test('come and change in place, and the same label in both places is none', async () => {
    const workspace = system.workspace();
    const resources = [
      vm('own', 'metadata = { tier = "web", env = "prod" }'),
      vm('none'),
      vm('empty', 'metadata = {}'),
      vm('late', 'metadata = { from = terraform_data.t.output, team = "mine" }'),
      'resource "terraform_data" "t" {\n  input = "x"\n}',
      'resource "novacron_security_group" "s" {\n  name = "s"\n}',
      'resource "novacron_network" "n" {\n  name = "n"\n  cidr = "10.78.0.0/24"\n}',
      'resource "novacron_storage" "v" {\n  name = "v"\n  size_gb = 1\n}',
      'resource "novacron_snapshot" "c" {\n  name = "c"\n  volume_id = novacron_storage.v.id\n}',
      'resource "novacron_template" "t" {\n  name = "t"\n  image = "builtin:default"\n}',
    ].join('\n');
    await settled(workspace, withDefaults('{ team = "a", env = "prod" }', resources));
    expect(await labelsOf('own')).toEqual({ tier: 'web', env: 'prod', team: 'a' });
    expect(await labelsOf('empty')).toEqual({ env: 'prod', team: 'a' });
    expect(await labelsOf('late')).toEqual({ from: 'x', env: 'prod', team: 'mine' });
    workspace.configure(withDefaults('{ team = "b", env = "prod" }', resources));
    // One VM says its team itself.
    expect((await workspace.plan()).output).toContain('0 to add, 8 to change, 0 to destroy');
    await settled(workspace, withDefaults('{ team = "b", env = "prod" }', resources));
    expect(await labelsOf('none')).toEqual({ env: 'prod', team: 'b' });
  });

  test('reach the members of a group, change and go', async () => {
    const workspace = system.workspace();
    const group = (metadata: string) => `
resource "novacron_vm_group" "g" {
  name     = "g"
  min_size = 2
  max_size = 2
  vm       = { cpu_cores = 1, memory_gb = 1, disk_gb = 5, metadata = ${metadata} }
}
`;
    const members = async () => {
      const found = await Promise.all(['g-1', 'g-2'].map(labelsOf));
      return found.map((labels) => {
        const own = Object.entries(labels ?? {}).filter(([name]) => name !== GROUP_LABEL);
        return Object.fromEntries(own);
      });
    };
    const both = <T>(labels: T) => [labels, labels];
    await settled(workspace, withDefaults('{ env = "prod" }', group('{ tier = "web" }')));
    expect(await members()).toEqual(both({ env: 'prod', tier: 'web' }));
    // The same label in both places is none.
    const said = group('{ tier = "web", env = "prod" }');
    await settled(workspace, withDefaults('{ env = "prod" }', said));
    await settled(workspace, withDefaults('{ env = "test" }', group('null')));
    expect(await members()).toEqual(both({ env: 'test' }));
    await settled(workspace, group('null'));
    expect(await members()).toEqual(both({}));
  });

  test('go in place with the provider block', async () => {
    const workspace = system.workspace();
    const own = vm('own', 'metadata = { tier = "web", env = "prod" }');
    const resources = [own, vm('none'), vm('empty', 'metadata = {}')].join('\n');
    await settled(workspace, withDefaults('{ team = "b", env = "prod" }', resources));
    await settled(workspace, resources);
    expect(await labelsOf('own')).toEqual({ tier: 'web', env: 'prod' });
    expect(await labelsOf('none')).toBeNull();
    expect(await labelsOf('empty')).toBeNull();
  });

  test('that are there already are taken over without a change', async () => {
    const workspace = system.workspace();
    const resources = vm('own', 'metadata = { env = "prod" }');
    await settled(workspace, resources);
    workspace.configure(withDefaults('{ env = "prod" }', resources));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('that another client changes are drift, as all others', async () => {
    const workspace = system.workspace();
    await settled(workspace, withDefaults('{ env = "prod" }', vm('none')));
    const [{ id } = { id: '' }] = (await system.call('vm.list', { name: 'none' })).items;
    await system.callAndWait('vm.update', { id: id as never, metadata: { env: 'test' } });
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(diagnostics).toMatchObject([
      { detail: expect.stringContaining('metadata.env: changed (') },
    ]);
  });

  test('stay out of what an import generates', async () => {
    await system.callAndWait('vm.create', {
      name: 'old',
      cpu_cores: 1,
      memory_gb: 1,
      disk_gb: 5,
      metadata: { env: 'prod', tier: 'web' },
    });
    const workspace = system.workspace();
    const block = 'import {\n  to = novacron_vm.old\n  id = "old"\n}\n';
    workspace.configure(withDefaults('{ env = "prod" }', block));
    const planned = await workspace.run('plan', '-no-color', '-generate-config-out=made.tf');
    expect(planned.output).toContain('1 to import, 0 to add, 0 to change, 0 to destroy');
    expect(planned.output).toMatch(/metadata += \{\s+"tier" = "web"\s+\}/);
  });

  test('may be repeated by the configuration of an import, as an export does', async () => {
    const labels = { env: 'prod', tier: 'web' };
    const member = { cpu_cores: 1, memory_gb: 1, disk_gb: 5, metadata: labels };
    const sizes = { min_size: 1, max_size: 1 };
    const made = await system.call('vm_group.create', {
      name: 'old',
      vm: member,
      ...sizes,
      metadata: labels,
    });
    await system.call('operation.wait', { id: made.operation.id });
    const workspace = system.workspace();
    const text = JSON.stringify(labels).replaceAll(':', '=');
    const hcl = `
import {
  to = novacron_vm_group.g
  id = "old"
}
resource "novacron_vm_group" "g" {
  name     = "old"
  min_size = 1
  max_size = 1
  metadata = ${text}
  vm       = { cpu_cores = 1, memory_gb = 1, disk_gb = 5, metadata = ${text} }
}`;
    workspace.configure(withDefaults('{ env = "prod" }', hcl));
    const planned = await workspace.plan();
    expect(planned.output).toContain('1 to import, 0 to add, 0 to change, 0 to destroy');
    await settled(workspace, withDefaults('{ env = "prod" }', hcl));
    await settled(workspace, hcl);
  });

  test('that mean nothing, or are not known yet, are refused at their argument', async () => {
    const workspace = system.workspace();
    workspace.configure(withDefaults('{ "a b" = "x" }', vm('none')));
    expect((await diagnosePlan(workspace)).diagnostics).toMatchObject([
      { summary: 'Invalid value of default_labels["a b"]' },
    ]);
    const source = 'resource "terraform_data" "t" {\n  input = "x"\n}\n';
    workspace.configure(withDefaults('{ a = terraform_data.t.id }', `${source}${vm('none')}`));
    expect((await diagnosePlan(workspace)).diagnostics).toMatchObject([
      {
        summary: 'The provider cannot be configured yet',
        detail: expect.stringContaining('default_labels depends on a resource'),
      },
    ]);
  });
});
