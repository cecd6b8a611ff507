import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { SimulatorDriver } from '@novacron/agent/drivers/simulator/open-simulator-driver';
import { equalJson } from '@novacron/contract/json';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

type Disturbance = Parameters<SimulatorDriver['disturb']>[1];

const MEMORY_WAS = 4;

const NETWORKS = `
resource "novacron_network" "front" {
  name = "front"
  cidr = "10.70.0.0/24"
}
resource "novacron_network" "back" {
  name = "back"
  cidr = "10.71.0.0/24"
}
`;
const CONNECTED = `
  network_id          = novacron_network.front.id
  further_network_ids = [novacron_network.back.id]`;

const connectedVm = () => `${NETWORKS}${vm(MEMORY_WAS, CONNECTED)}`;

const vm = (memoryGb = MEMORY_WAS, more = '') => `
resource "novacron_vm" "web" {${more}
  name      = "web"
  cpu_cores = 2
  memory_gb = ${memoryGb}
  disk_gb   = 20
}
`;

describe('drift on a node', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function applied(configuration = vm()) {
    const workspace = system.workspace();
    workspace.configure(configuration);
    const run = await workspace.apply();
    expect(run.exitCode === 0 ? '' : run.output).toBe('');
    return workspace;
  }

  async function only() {
    const [found] = (await system.call('vm.list', { name: 'web' })).items;
    if (found === undefined) throw new Error('there is no web');
    return found;
  }

  /** Does something to a machine on its node, and waits until its VM shows it. */
  async function disturb(how: Disturbance, shown: Partial<Vm>) {
    const { id, node } = await only();
    system.fleet.drivers.get(String(node))?.disturb(id, how);
    await waitUntil('it to show', async () => {
      const now = await system.call('vm.get', { id });
      return equalJson({ ...now, ...shown }, now) ? now : undefined;
    });
  }

  async function runs() {
    expect(await only()).toMatchObject({ memory_gb: MEMORY_WAS, status: 'running' });
  }

  test('a machine resized on its node is planned back, naming who resized it', async () => {
    const workspace = await applied();
    await disturb({ kind: 'alter', spec: { memory_mib: 8192 } }, { memory_gb: 8 });
    const { exitCode, diagnostics, output } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(output).toContain('0 to add, 1 to change, 0 to destroy');
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: expect.stringMatching(/^Drift \(medium\): novacron_vm "web" was changed outside/),
        detail: expect.stringMatching(
          /memory_gb: 8 \(expected 4\).*\n.*its node without NovaCron, which noted it at \d{4}-/,
        ),
      },
      { summary: 'Restart: update novacron_vm "web"' },
    ]);
    expect((await workspace.plan()).output).toMatch(/~ memory_gb += 8 -> 4/);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    await runs();
  });

  test('a machine that lost its power is planned back, and started by an apply', async () => {
    const workspace = await applied();
    await disturb({ kind: 'power-off' }, { power_state: 'stopped' });
    const { exitCode, diagnostics, output } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(output).toContain('0 to add, 1 to change, 0 to destroy');
    expect(diagnostics).toMatchObject([
      {
        summary: expect.stringContaining('novacron_vm "web" was changed outside of Terraform'),
        detail: expect.stringMatching(
          /power_state: "stopped" \(expected "running"\).*\n.*changed by its guest/,
        ),
      },
    ]);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    await runs();
  });

  test('an unplugged network interface is planned back, and fails a plan if asked', async () => {
    const workspace = await applied(connectedVm());
    const { further_network_ids: further } = await only();
    const [back] = further ?? [];
    if (back === undefined) throw new Error('it has no further network');
    await disturb({ kind: 'unplug-interface', network_id: back }, { missing_network_ids: [back] });
    const strict = `provider "novacron" {\n  fail_on_drift = "critical"\n}\n`;
    workspace.configure(`${strict}${connectedVm()}`);
    expect((await diagnosePlan(workspace)).exitCode).toBe(1);
    workspace.configure(connectedVm());
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 2,
      diagnostics: [
        {
          severity: 'warning',
          summary: 'Drift (critical): novacron_vm "web" was changed outside of Terraform',
          detail: expect.stringContaining(`further_network_ids[0]: (none) (expected "${back}")`),
        },
      ],
    });
    const plan = await workspace.plan();
    expect(plan.output).toContain('missing_network_ids');
    expect(plan.output).toContain('0 to add, 1 to change, 0 to destroy');
    expect((await workspace.apply()).output).toContain('0 added, 1 changed, 0 destroyed');
    expect(await only()).toMatchObject({ missing_network_ids: [], further_network_ids: [back] });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a device plugged in by hand is planned out, and fails a plan if asked', async () => {
    const workspace = await applied();
    const device = { kind: 'network-interface', name: 'spy0', mac_address: '52:54:00:00:00:99' };
    await disturb({ kind: 'plug-device', device }, { foreign_devices: [device] });
    const strict = `provider "novacron" {\n  fail_on_drift = "critical"\n}\n`;
    workspace.configure(`${strict}${vm()}`);
    expect((await diagnosePlan(workspace)).exitCode).toBe(1);
    workspace.configure(vm());
    expect(await diagnosePlan(workspace)).toMatchObject({
      exitCode: 2,
      diagnostics: [
        {
          severity: 'warning',
          summary: 'Drift (critical): novacron_vm "web" was changed outside of Terraform',
          detail: expect.stringContaining('foreign_devices[0]'),
        },
      ],
    });
    expect((await workspace.apply()).output).toContain('0 added, 1 changed, 0 destroyed');
    expect(await only()).toMatchObject({ foreign_devices: [] });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('what was found on a node is adopted with the block that the answer has', async () => {
    const workspace = await applied();
    await disturb({ kind: 'alter', spec: { memory_mib: 8192 } }, { memory_gb: 8 });
    const ids = [(await only()).id];
    const { remediated } = await system.call('drift.remediate', { action: 'adopt', ids });
    const [item] = remediated;
    expect(item?.hcl).toContain('  memory_gb = 8');
    await system.call('operation.wait', { id: item?.operation?.id ?? '' });
    workspace.configure(vm(8));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });
});
