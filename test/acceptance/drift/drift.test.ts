import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const vm = (name: string) => `
resource "novacron_vm" "${name}" {
  name      = "${name}"
  cpu_cores = 2
  memory_gb = 4
  disk_gb   = 20
  metadata  = { tier = "web" }
}
`;

const MEMORY_WAS = 4;

describe('drift', () => {
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

  async function idOf(name: string) {
    const [found] = (await system.call('vm.list', { name })).items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found.id;
  }

  async function changeByCli(name: string, change: { readonly memory_gb: number }) {
    const input = { id: await idOf(name), ...change };
    await system.callAndWait('vm.update', input);
  }

  test('a refresh finds nothing new in a network that VMs came to', async () => {
    const network =
      'resource "novacron_network" "n" {\n  name = "net"\n  cidr = "10.7.0.0/24"\n}\n';
    const inside = vm('web').replace(
      'cpu_cores',
      'network_id = novacron_network.n.id\n  cpu_cores',
    );
    const workspace = await applied(`${network}${inside}`);
    const [found] = (await system.call('network.list', { name: 'net' })).items;
    await system.callAndWait('vm.create', {
      name: 'other',
      cpu_cores: 1,
      memory_gb: 1,
      disk_gb: 5,
      ...(found === undefined ? {} : { network_id: found.id }),
    });
    expect(await system.call('network.list', { name: 'net' })).toMatchObject({
      items: [{ vm_count: 2 }],
    });
    const { output } = await workspace.run('plan', '-refresh-only');
    expect(output).toContain('No changes. Your infrastructure still matches the configuration.');
    expect(await workspace.values('novacron_network.n')).not.toHaveProperty('vm_count');
  });

  test('a change by CLI is planned back, with a warning: what, how bad, who, when', async () => {
    const workspace = await applied(vm('web'));
    await changeByCli('web', { memory_gb: 16 });
    const { exitCode, diagnostics, output } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(output).toContain('0 to add, 1 to change, 0 to destroy');
    expect(diagnostics).toEqual([
      {
        severity: 'warning',
        summary: expect.stringMatching(
          /^Drift \((critical|high|medium|low)\): novacron_vm "web" was changed outside/,
        ),
        detail: expect.stringMatching(
          /memory_gb: 16 \(expected 4\).*\n.*changed by api key \S+ with cli at \d{4}-/,
        ),
        address: 'novacron_vm.web',
        code: `memory_gb = ${MEMORY_WAS}`,
      },
      // Less memory cannot be taken from a VM that runs.
      {
        severity: 'warning',
        summary: 'Restart: update novacron_vm "web"',
        detail: expect.stringContaining('The change of memory_gb cannot be made while the VM runs'),
        address: 'novacron_vm.web',
        code: `memory_gb = ${MEMORY_WAS}`,
      },
    ]);
    const human = await workspace.plan();
    expect(human.output).toMatch(/~ memory_gb += 16 -> 4/);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    const { items } = await system.call('vm.list', { name: 'web' });
    expect(items).toMatchObject([{ memory_gb: MEMORY_WAS }]);
  });

  test('a change by REST names its key and its request', async () => {
    const workspace = await applied(vm('web'));
    const key = await system.createKey('operator');
    const response = await fetch(`${system.url}/api/v2/vms/${await idOf('web')}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { tier: 'db' } }),
    });
    expect(response.status).toBe(202);
    const { diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toHaveLength(1);
    // Terraform redacts what is sensitive, and does not say so to providers.
    expect(diagnostics[0]?.detail).toContain(
      'metadata.tier: changed (plans do not show the values',
    );
    expect(diagnostics[0]?.detail).toMatch(/^To see the values: novacron drift show vm_\w+\.$/m);
    expect(diagnostics[0]?.detail).not.toContain('"db"');
    expect(diagnostics[0]?.detail).toMatch(
      /changed by api key operator-\d+ with rest at .* \(request \S+\)/,
    );
  });

  test('the configuration can follow: then there is nothing to do and nothing to say', async () => {
    const workspace = await applied(vm('web'));
    await changeByCli('web', { memory_gb: 8 });
    workspace.configure(vm('web').replace('memory_gb = 4', 'memory_gb = 8'));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a migrated VM shows nothing at all', async () => {
    const workspace = await applied(vm('web'));
    const id = await idOf('web');
    const before = await system.call('vm.get', { id });
    await system.callAndWait('vm.migrate', { id });
    const after = await system.call('vm.get', { id });
    expect(after.node).not.toBe(before.node);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect({ exitCode, diagnostics }).toEqual({ exitCode: 0, diagnostics: [] });
    const { output } = await workspace.run('plan', '-refresh-only', '-input=false');
    expect(output).not.toContain('Drift');
  });

  test('what orchestration policies do themselves shows nothing at all', async () => {
    const group = `
resource "novacron_vm_group" "web" {
  name     = "group"
  min_size = 1
  max_size = 2
  vm       = { cpu_cores = 1, memory_gb = 1, disk_gb = 10 }
}
`;
    const workspace = await applied([vm('web'), group].join(''));
    const id = await idOf('web');
    const { node: home } = await system.call('vm.get', { id });
    const zones = (await system.call('node.list', {})).items;
    const zone = zones.find(({ name }) => name === home)?.zone;
    const elsewhere = zones.find((each) => each.zone !== zone)?.zone;
    for (const [name, lines] of [
      ['move', `for vm where tier=web\n  rule r: custom\n    then migrate zone=${elsewhere}`],
      ['grow', 'for vm_group\n  rule r: custom\n    then scale direction=up count=1'],
    ] as const) {
      const document = `policy ${name}\n  ${lines}\n`;
      await system.call('orchestration_policy.create', { document });
    }
    await waitUntil('policies to have acted', async () => {
      const acts = (await system.call('operation.list', { limit: 1000 })).items
        .filter(({ created_by: by, status }) => by.startsWith('policy:') && status === 'succeeded')
        .map(({ kind }) => kind);
      return acts.includes('vm.migrate') && acts.includes('vm_group.scale') ? acts : undefined;
    });
    expect((await system.call('vm.get', { id })).node).not.toBe(home);
    expect((await system.call('vm_group.list', {})).items).toMatchObject([{ size: 2 }]);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect({ exitCode, diagnostics }).toEqual({ exitCode: 0, diagnostics: [] });
    const { output } = await workspace.run('plan', '-refresh-only', '-input=false');
    expect(output).not.toContain('Drift');
  });

  test('a VM that was replaced behind the scenes is named, and how to take it', async () => {
    const workspace = await applied(vm('web'));
    await system.callAndWait('vm.delete', { id: await idOf('web') });
    await system.callAndWait('vm.create', { name: 'web', cpu_cores: 2, memory_gb: 8, disk_gb: 20 });
    const id = await idOf('web');
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      { summary: 'Drift (critical): novacron_vm "web" was deleted outside of Terraform' },
      {
        summary: 'The name is taken: create novacron_vm "web"',
        detail: expect.stringContaining(`terraform import novacron_vm.NAME ${id}`),
      },
    ]);
    await workspace.run('state', 'rm', 'novacron_vm.web');
    expect(await workspace.run('import', 'novacron_vm.web', id)).toMatchObject({ exitCode: 0 });
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await system.call('vm.get', { id })).toMatchObject({ memory_gb: MEMORY_WAS });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a deleted VM is created again, with a warning: who, when, by what', async () => {
    const workspace = await applied(vm('web'));
    await system.callAndWait('vm.delete', { id: await idOf('web') });
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: 'Drift (critical): novacron_vm "web" was deleted outside of Terraform',
        detail: expect.stringMatching(/^vm web is gone: deleted by .*admin with cli at .*req_/),
      },
    ]);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a change of another deployment is reported without blaming anybody', async () => {
    const workspace = await applied(`provider "novacron" {\n  deployment = "one"\n}\n${vm('web')}`);
    const other = system.workspace();
    const larger = vm('web').replace('memory_gb = 4', 'memory_gb = 8');
    other.configure(['provider "novacron" {\n  deployment = "two"\n}', larger].join('\n'));
    expect(await other.run('import', 'novacron_vm.web', 'web')).toMatchObject({ exitCode: 0 });
    expect(await other.apply()).toMatchObject({ exitCode: 0 });
    const { diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toMatchObject([
      {
        summary: 'Drift: novacron_vm "web" differs from this state',
        detail: expect.stringContaining('memory_gb: 4 -> 8'),
      },
      { summary: 'Restart: update novacron_vm "web"' },
    ]);
  });

  test('ten drifted resources are reported one by one, the rest by cause', async () => {
    const names = Array.from({ length: 13 }, (_, index) => `vm-${index}`);
    const workspace = await applied(names.map(vm).join('\n'));
    for (const name of names) await changeByCli(name, { memory_gb: 5 });
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    const single = diagnostics.filter(({ summary }) => summary.includes('was changed outside'));
    expect(single).toHaveLength(10);
    const summaries = diagnostics.map(({ summary }) => summary);
    expect(summaries.filter((summary) => summary.startsWith('Restart: '))).toHaveLength(10);
    expect(diagnostics).toHaveLength(22);
    expect(summaries).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^Drift \(medium\): more resources were changed by api_key\/\S+\/cli$/,
        ),
        'This plan restarts or replaces more than 10 resources',
      ]),
    );
  });
});
