import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const vm = (waitFor: string, { name = 'web', memoryGb = 1 } = {}) => `
resource "novacron_vm" "v" {
  name      = "${name}"
  cpu_cores = 1
  memory_gb = ${memoryGb}
  disk_gb   = 5
  wait_for  = ${waitFor}
}
`;

describe('a VM with wait_for', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.stop());

  /** No guest of the fleet is ready until the faults are cleared. */
  function hang(): void {
    for (const { faults } of system.fleet.drivers.values()) {
      faults.add({ action: 'check-guest', kind: 'fail-retry', times: Number.POSITIVE_INFINITY });
    }
  }
  function recover(): void {
    for (const { faults } of system.fleet.drivers.values()) faults.clear();
  }

  test('is created when its guest is ready, and changes of wait_for are in place', async () => {
    const workspace = system.workspace();
    workspace.configure(vm('{ agent = true, cloud_init = true }'));
    expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    const [made] = (await system.call('vm.list', {})).items;
    hang();
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    workspace.configure(vm('{ agent = true, timeout = "2s" }'));
    expect((await workspace.apply()).output).toContain('0 added, 1 changed, 0 destroyed');
    const driver = system.fleet.drivers.get(String(made?.node));
    expect(await driver?.inspect()).toMatchObject({ value: [{ restarts: 0 }] });
    recover();
    expect(await workspace.run('destroy', '-auto-approve')).toMatchObject({ exitCode: 0 });
  });

  test('stays tainted when its guest is not ready in time, and the error says why', async () => {
    const workspace = system.workspace();
    hang();
    workspace.configure(vm('{ agent = true, timeout = "2s" }'));
    expect(await diagnoseApply(workspace)).toMatchObject({
      exitCode: 1,
      diagnostics: [
        {
          summary: 'The guest is not ready: create novacron_vm "web"',
          detail:
            'vm.create of web failed: gave up after 2s: waits for the guest: its guest agent ' +
            '(the simulated guest boots)\n\nThe VM was created as requested. Check its guest ' +
            '(novacron vm console web); give it more time with wait_for.timeout, or wait for ' +
            'less.',
        },
      ],
    });
    const [made] = (await system.call('vm.list', {})).items;
    expect(made).toMatchObject({ name: 'web', status: 'running' });
    recover();
    expect((await workspace.plan()).output).toContain('is tainted, so must be replaced');
    expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    const [replaced] = (await system.call('vm.list', {})).items;
    expect(replaced?.id).not.toBe(made?.id);
  });

  test('fails a change whose restart leaves the guest unready, and keeps the change', async () => {
    const workspace = system.workspace();
    const waitFor = '{ agent = true, timeout = "5s" }';
    workspace.configure(vm(waitFor, { name: 'db', memoryGb: 2 }));
    expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    hang();
    workspace.configure(vm(waitFor, { name: 'db' }));
    expect(await diagnoseApply(workspace)).toMatchObject({
      exitCode: 1,
      diagnostics: expect.arrayContaining([
        expect.objectContaining({
          severity: 'error',
          summary: 'The guest is not ready: update novacron_vm "db"',
          detail: expect.stringContaining('vm.update of db failed: gave up after 5s'),
        }),
      ]),
    });
    recover();
    expect(await workspace.values('novacron_vm.v')).toMatchObject({ memory_gb: 1 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    workspace.configure(vm(waitFor, { name: 'db', memoryGb: 3 }));
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 2, diagnostics: [] });
  });
});
