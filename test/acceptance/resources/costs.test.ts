/** Costs in plans, with the real Terraform. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

const PRICES = `
resource "novacron_price_list" "standard" {
  name         = "standard"
  currency     = "EUR"
  node_classes = [{ name = "default", cpu_core = 0.02, memory_gb = 0.005, disk_gb = 0.0001 }]
  volume_gb    = { ssd = 0.0002 }
}
`;

const things = (cores: number, gb: number) => `
resource "novacron_vm" "v" {
  name       = "web"
  cpu_cores  = ${cores}
  memory_gb  = 4
  disk_gb    = 20
  depends_on = [novacron_price_list.standard]
}
resource "novacron_storage" "s" {
  name       = "data"
  size_gb    = ${gb}
  depends_on = [novacron_price_list.standard]
}
`;

const group = `
resource "novacron_vm_group" "g" {
  name     = "shop"
  min_size = 1
  max_size = 4
  vm       = { cpu_cores = 1, memory_gb = 2, disk_gb = 10 }
  scaling  = { rules = [{ kind = "target", metric = "cpu_utilization_ratio", value = 0.6 }] }
}
`;

test('an update shows what it changes in costs, and a group the range of its costs', async () => {
  const workspace = system.workspace();
  workspace.configure(PRICES);
  expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  workspace.configure(PRICES + things(2, 100));
  expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  expect(await workspace.values('novacron_vm.v')).toMatchObject({ cost_per_hour: 0.062 });
  expect(await workspace.values('novacron_storage.s')).toMatchObject({ cost_per_hour: 0.02 });
  workspace.configure(PRICES + things(4, 200));
  const { output } = await workspace.plan();
  expect(output).toMatch(/~ cost_per_hour += 0\.062 -> 0\.102/);
  expect(output).toMatch(/~ cost_per_hour += 0\.02 -> 0\.04/);
  expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  const [vm] = (await system.call('vm.list', { name: 'web' })).items;
  expect(vm).toMatchObject({ cost_per_hour: 0.102 });
  workspace.configure(PRICES + things(4, 200) + group);
  const planned = await workspace.plan();
  expect(planned.output).toContain('It costs from 0.031 to 0.124 EUR per hour.');
});
