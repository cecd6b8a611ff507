import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { startProxy } from '../support/start-proxy.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const vm = (name: string) => `
resource "novacron_vm" "v" {
  name      = "${name}"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
  timeouts  = { create = "1s" }
}
`;

describe('patience', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  test('ends with the timeout of a create, which goes on and can be kept', async () => {
    const workspace = system.workspace();
    workspace.configure(vm('slow'));
    for (const { faults } of system.fleet.drivers.values()) {
      faults.add({ action: 'create', kind: 'hang' });
    }
    expect(await diagnoseApply(workspace)).toMatchObject({
      exitCode: 1,
      diagnostics: [
        {
          summary: 'Timeout after 1s: create novacron_vm "slow"',
          detail: expect.stringContaining('terraform untaint'),
        },
      ],
    });
    const [made] = (await system.call('vm.list', {})).items;
    await reviveAgent(made?.node ?? '');
    const { output } = await workspace.plan('-no-color');
    expect(output).toContain('is tainted, so must be replaced');
    expect(output).toContain('Warning: Data loss: replace novacron_vm "slow"');
    expect(output).toContain('Its status is running.');
    expect(await workspace.run('untaint', 'novacron_vm.v')).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect((await system.call('vm.get', { id: made?.id as never })).status).toBe('running');
  });

  test('outlasts a server that is busy for a moment, and says nothing of it', async () => {
    const refusals = [429, 503, 429];
    const proxy = await startProxy(system.url, (_method, result) => result, {
      refuse: () => refusals.shift(),
    });
    const workspace = system.workspace();
    const provider = `provider "novacron" {
  endpoint = "${proxy.url}"
  api_key  = "${system.adminKey}"
}`;
    workspace.configure(`${provider}\n${vm('patient')}`);
    expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(refusals).toEqual([]);
    await proxy.close();
  });

  /** The agent that hangs dies and comes back: its server asks again. */
  async function reviveAgent(node: string) {
    for (const { faults } of system.fleet.drivers.values()) faults.clear();
    await system.fleet.stopAgent(node);
    system.fleet.restartAgent(node);
  }
});
