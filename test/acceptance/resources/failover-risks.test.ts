import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

const vm = (placement: string) => `
resource "novacron_vm" "db" {
  name      = "db"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
  placement = { ${placement} }
}`;

test('a plan warns of failover that local storage prevents, and is applied', async () => {
  const { items } = await system.call('node.list', {});
  for (const [name, driver] of system.fleet.drivers) {
    const storage = { pool: `of-${name}`, sharing: 'local', size_gb: 100, free_gb: 50 };
    Object.assign(driver, { storage: () => storage });
  }
  await waitUntil('the announcements', async () => {
    const nodes = (await system.call('node.list', {})).items;
    return nodes.every(({ facts }) => facts?.storage !== undefined) || undefined;
  });
  const node = items[0]?.name ?? '';
  const workspace = system.workspace();
  workspace.configure(vm(`strategy = "failover", node = "${node}"`));
  const { exitCode, diagnostics } = await diagnosePlan(workspace);
  expect(exitCode).toBe(2);
  expect(diagnostics).toMatchObject([
    {
      severity: 'warning',
      summary: 'No failover: create novacron_vm "db"',
      detail: expect.stringContaining(
        `no other node reaches: db on ${node}. If that node fails, the VM waits for it. Give ` +
          'nodes a storage that they share (novacron agent --storage shared), or do not ask ' +
          'for it.',
      ),
      code: expect.stringContaining('placement'),
    },
  ]);
  expect((await workspace.apply()).exitCode).toBe(0);
  expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  workspace.configure(vm(`node = "${node}"`));
  expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 2, diagnostics: [] });
});
