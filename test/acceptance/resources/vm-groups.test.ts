import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
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

  test('plan nothing after an apply, nor after NovaCron was told another size', async () => {
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

  test('plan nothing for another order of what is in no order', async () => {
    const groups = '[novacron_security_group.web.id, novacron_security_group.more.id]';
    const own = `firewall_rules = [
      { direction = "ingress", protocol = "tcp", ports = "22", cidr = "10.0.0.0/8" },
      { direction = "egress", protocol = "any", cidr = "0.0.0.0/0" },
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
});
