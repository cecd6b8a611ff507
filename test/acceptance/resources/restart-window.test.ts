/** A VM that Terraform changes outside its restart window: what a plan says, and that it ends. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

/** Opens on no day of this century but one that is far away. */
const CLOSED = '0 3 29 2 SUN';

const vm = (cores: number, schedule = CLOSED) => `
resource "novacron_vm" "v" {
  name           = "web"
  cpu_cores      = ${cores}
  memory_gb      = 1
  disk_gb        = 5
  restart_window = { schedule = "${schedule}", duration = "2h" }
}
output "pending" {
  value = novacron_vm.v.pending_restart
}
`;

test('waits for its window, says so in the plan, and leaves no further change', async () => {
  const workspace = system.workspace();
  workspace.configure(vm(2));
  expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  workspace.configure(vm(1));
  const notice = {
    severity: 'warning',
    detail: expect.stringMatching(
      /The change of cpu_cores restarts the VM web, so it waits .*\s.*window, which opens at/,
    ),
  };
  expect(await diagnosePlan(workspace)).toMatchObject({ diagnostics: [notice] });
  expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0 });
  const [made] = (await system.call('vm.list', {})).items;
  expect(made).toMatchObject({ cpu_cores: 1, pending_restart: ['cpu_cores'] });
  const driver = system.fleet.drivers.get(String(made?.node));
  const unchanged = { value: [{ restarts: 0, spec: { cpu_cores: 2 } }] };
  expect(await driver?.inspect()).toMatchObject(unchanged);
  expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  const shown = await workspace.run('output', '-json', 'pending');
  expect(JSON.parse(shown.output)).toEqual(['cpu_cores']);
  // An open window: the VM is changed at once.
  workspace.configure(vm(1, '* * * * *'));
  expect(await diagnoseApply(workspace)).toMatchObject({ exitCode: 0 });
  expect(await driver?.inspect()).toMatchObject({ value: [{ spec: { cpu_cores: 1 } }] });
  expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  expect(await workspace.run('destroy', '-auto-approve')).toMatchObject({ exitCode: 0 });
});
