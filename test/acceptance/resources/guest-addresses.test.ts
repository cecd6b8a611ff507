import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const vm = (tier: string, more = '', waitFor = '') => `
resource "novacron_network" "front" {
  name = "front"
  cidr = "10.60.0.0/24"
}
resource "novacron_vm" "web" {
  name       = "web"
  cpu_cores  = 1
  memory_gb  = 1
  disk_gb    = 5
  network_id = novacron_network.front.id
  metadata   = { tier = "${tier}" }
  ${waitFor}
}
${more}
`;

const LOOKUP = `
data "novacron_vm" "seen" {
  name = "web"
}
`;

describe('the addresses that a guest reports', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  const seen = async () => (await system.call('vm.list', { name: 'web' })).items[0];

  /** The simulated guest reports when it has booted; an event has the server look at once. */
  async function reported(expected: readonly string[]): Promise<void> {
    await waitUntil('the guest to report', async () => {
      const made = await seen();
      if (made === undefined) return undefined;
      system.fleet.drivers.get(String(made.node))?.disturb(made.id, { kind: 'alter', spec: {} });
      const is = made.guest_ip_addresses;
      return JSON.stringify(is) === JSON.stringify(expected) ? true : undefined;
    });
  }

  test('are in the state after a refresh, and never make a plan', async () => {
    const workspace = system.workspace();
    const stateOf = async () => (await workspace.values('novacron_vm.web'))?.guest_ip_addresses;
    workspace.configure(vm('web'));
    const made = await workspace.apply();
    expect(made.exitCode === 0 ? '' : made.output).toBe('');
    const address = String((await seen())?.ip_address);
    await reported([address]);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect((await workspace.apply()).output).toContain('0 added, 0 changed, 0 destroyed');
    await workspace.run('apply', '-refresh-only', '-auto-approve');
    expect(await stateOf()).toEqual([address]);
    workspace.configure(vm('db'));
    const plan = await workspace.plan();
    expect(plan.output).toContain('0 to add, 1 to change, 0 to destroy');
    expect(plan.output).not.toContain('guest_ip_addresses');
    expect((await workspace.apply()).output).toContain('0 added, 1 changed, 0 destroyed');
    expect(await stateOf()).toEqual([address]);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    workspace.configure(vm('db', LOOKUP));
    expect((await workspace.apply()).exitCode).toBe(0);
    expect((await workspace.values('data.novacron_vm.seen'))?.guest_ip_addresses).toEqual([
      address,
    ]);
  });

  test('are in the state at once where the apply waits for them, and in outputs', async () => {
    const workspace = system.workspace();
    await system.clear();
    const output = `
output "address" {
  value = one(novacron_vm.web.guest_ip_addresses)
}`;
    workspace.configure(vm('web', output, 'wait_for = { ip = true }'));
    expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    const address = String((await seen())?.ip_address);
    const { output: printed } = await workspace.run('output', '-raw', 'address');
    expect(printed).toBe(address);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('that change between a plan and its apply are read by the next refresh', async () => {
    const workspace = system.workspace();
    await system.clear();
    workspace.configure(vm('web'));
    expect((await workspace.apply()).exitCode).toBe(0);
    const planned = [await seen()].map((made) => String(made?.ip_address));
    workspace.configure(vm('db'));
    await workspace.run('plan', '-out=planned');
    await reported(planned);
    const applied = await workspace.run('apply', 'planned');
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    await workspace.run('apply', '-refresh-only', '-auto-approve');
    expect((await workspace.values('novacron_vm.web'))?.guest_ip_addresses).toEqual(planned);
  });
});
