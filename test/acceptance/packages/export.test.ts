import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runCli } from '../../../server/cli/src/main.ts';
import { createNodeIo } from '../../../server/cli/src/node-io.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

describe('what `novacron export` writes', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
    await makeWorld(system);
  });
  afterAll(() => system.stop());

  async function exported(...flags: readonly string[]): Promise<string> {
    let stdout = '';
    let stderr = '';
    const io = {
      ...createNodeIo({ version: '0.1.0' }),
      stdout: sink((text) => {
        stdout += text;
      }),
      stderr: sink((text) => {
        stderr += text;
      }),
    };
    const env = { NOVACRON_ENDPOINT: system.url, NOVACRON_API_KEY: system.adminKey };
    const exitCode = await runCli(['export', ...flags], env, io);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return stdout;
  }

  test('is imported whole: nothing is added, changed or destroyed, then or later', async () => {
    const workspace = system.workspace();
    writeFileSync(join(workspace.directory, 'main.tf'), await exported('--with-provider'));
    const formatted = await workspace.run('fmt', '-check', '-diff');
    expect(formatted.exitCode === 0 ? '' : formatted.output).toBe('');
    const planned = await workspace.plan();
    expect(planned.output).toContain('Plan: 13 to import, 0 to add, 0 to change, 0 to destroy.');
    expect(planned.output).not.toContain('Warning');
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('refers to resources by their names, not by their ids', async () => {
    const text = await exported();
    expect(text).toContain('network_id = novacron_network.net_a.id');
    expect(text).toContain('attached_to = novacron_vm.web_01.id');
    expect(text).toMatch(/source_snapshot_id = novacron_snapshot\.kept\.id/);
    expect(text).toMatch(/volume_id += novacron_storage\.data\.id/);
  });

  test('as import blocks alone lets Terraform write the configuration', async () => {
    const workspace = system.workspace();
    workspace.configure(await exported('--format', 'import'));
    const planned = await workspace.run('plan', '-input=false', '-generate-config-out=made.tf');
    expect(planned.output).toContain('Plan: 13 to import, 0 to add, 0 to change, 0 to destroy.');
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('is what it is for a reader, too, and narrowed to a kind', async () => {
    const text = await exported('--kind', 'policy');
    expect(text.match(/^resource/gm)).toHaveLength(1);
    expect(text).toContain('rule = <<EOT\npackage novacron\n');
    const viewer = await system.createKey('viewer');
    expect(await exported('--kind', 'policy', '--api-key', viewer)).toBe(text);
  });

  test('is destroyed in the order that its references say', async () => {
    const workspace = system.workspace();
    workspace.configure(await exported());
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const destroyed = await workspace.run('destroy', '-auto-approve', '-input=false');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
    expect(await exported()).toContain('No resources to export');
  });
});

const sink = (write: (text: string) => void) => ({ isTerminal: false, write });

/** Everything that has to be escaped, referred to or left out at least once. */
async function makeWorld(system: System): Promise<void> {
  const network = await system.call('network.create', { name: 'net-a', cidr: '10.9.0.0/24' });
  await system.call('network.create', {
    name: 'net-b',
    cidr: '10.10.0.0/24',
    dns_servers: ['9.9.9.9', '8.8.8.8'],
  });
  const vm = await system.call('vm.create', {
    name: 'web-01',
    cpu_cores: 2,
    memory_gb: 0.5,
    disk_gb: 10,
    network_id: network.resource.id,
    metadata: { team: 'blue', 'a.b/c': 'quote " and \x24{interpolation}, $\x24{both}, e\\f' },
    placement: { strategy: 'spread', spread_domain: 'rack' },
  });
  await system.call('operation.wait', { id: vm.operation.id });
  await system.callAndWait('vm.create', {
    name: 'bare',
    cpu_cores: 1,
    memory_gb: 1,
    disk_gb: 5,
    metadata: {},
  });
  const volume = await system.call('volume.create', {
    name: 'data',
    size_gb: 7,
    type: 'hdd',
    attached_to: vm.resource.id,
  });
  await system.call('operation.wait', { id: volume.operation.id });
  const snapshot = await system.call('snapshot.create', {
    name: 'kept',
    volume_id: volume.resource.id,
    description: '%{ for } the\nlong "run"',
  });
  await system.call('operation.wait', { id: snapshot.operation.id });
  const copy = await system.call('volume.create', {
    name: 'copy',
    size_gb: 9,
    source_snapshot_id: snapshot.resource.id,
  });
  await system.call('operation.wait', { id: copy.operation.id });
  await system.call('policy.create', {
    name: 'Audit "all"',
    type: 'security',
    enforcement_mode: 'audit',
    enabled: false,
    rule: 'package novacron\n\n# \x24{not} an expression\ndefault allow = true\n',
  });
  await makeGroups(system);
}

/**
 * Creates resources with nested references to other resources, and with empty fields wherever
 * possible.
 */
async function makeGroups(system: System): Promise<void> {
  const network = await system.call('network.create', {
    name: 'members',
    cidr: 'fd00:1::/64',
    dns_servers: [],
  });
  const template = await system.call('template.create', {
    name: 'empty',
    image: 'builtin:debian-12',
    os: '',
    description: '',
    network_ids: [network.resource.id],
  });
  const web = await system.call('security_group.create', { name: 'web', rules: [] });
  const rule = {
    direction: 'ingress' as const,
    action: 'allow' as const,
    protocol: 'tcp' as const,
    ports: '22',
    description: '',
    group_id: web.resource.id,
  };
  const admin = await system.call('security_group.create', { name: 'admin', rules: [rule] });
  const group = await system.call('vm_group.create', {
    name: '1.group',
    min_size: 1,
    max_size: 2,
    metadata: { kind: 'reference', text: 'file("cafe\u0301")', empty: '' },
    vm: {
      cpu_cores: 1,
      memory_gb: 0.0625,
      disk_gb: 5,
      priority: 50,
      network_id: network.resource.id,
      template_id: template.resource.id,
      security_groups: [admin.resource.id],
      firewall_rules: [rule],
      description: '',
      metadata: { owner: '' },
      placement: { affinity: [] },
      ssh_keys: [],
    },
  });
  await system.call('operation.wait', { id: group.operation.id });
}
