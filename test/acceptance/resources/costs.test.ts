/** Costs in plans, with the real Terraform. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { toAmount, toMicros } from '@novacron/contract/cost/money';
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

const HOUR_MS = 3_600_000;

/** A process has no clock that moves an hour: the bill of its seconds is as exact. */
async function billBetween(fromMs: number, untilMs: number): Promise<number> {
  const [from, to] = [fromMs, untilMs].map((atMs) => new Date(atMs).toISOString());
  return (await system.call('cost.report', { from, to })).total;
}

/** What planned rates cost in some time, to the millionth. */
function costOf(perHour: readonly number[], lengthMs: number): number {
  const micros = perHour.reduce((sum, each) => sum + toMicros(each), 0);
  return toAmount(Math.round((micros * lengthMs) / HOUR_MS));
}

test('an update shows what costs it changes, which are billed, and a group its range', async () => {
  const workspace = system.workspace();
  workspace.configure(PRICES);
  expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  workspace.configure(PRICES + things(2, 100));
  expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  expect(await workspace.values('novacron_vm.v')).toMatchObject({ cost_per_hour: 0.062 });
  expect(await workspace.values('novacron_storage.s')).toMatchObject({ cost_per_hour: 0.02 });
  const createdMs = Date.now();
  workspace.configure(PRICES + things(4, 200));
  const { output } = await workspace.plan();
  expect(output).toMatch(/~ cost_per_hour += 0\.062 -> 0\.102/);
  expect(output).toMatch(/~ cost_per_hour += 0\.02 -> 0\.04/);
  const plannedMs = Date.now();
  const ofSmall = costOf([0.062, 0.02], plannedMs - createdMs);
  expect(await billBetween(createdMs, plannedMs)).toBe(ofSmall);
  expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  const updatedMs = Date.now();
  expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  const [vm] = (await system.call('vm.list', { name: 'web' })).items;
  expect(vm).toMatchObject({ cost_per_hour: 0.102 });
  const endMs = Date.now();
  const ofLarge = costOf([0.102, 0.04], endMs - updatedMs);
  expect(await billBetween(updatedMs, endMs)).toBe(ofLarge);
  workspace.configure(PRICES + things(4, 200) + group);
  const planned = await workspace.plan();
  expect(planned.output).toContain('It costs from 0.031 to 0.124 EUR per hour.');
});

test('a plan is applied as it was shown, also where prices change before it', async () => {
  await system.clear();
  const workspace = system.workspace();
  workspace.configure(PRICES + things(2, 100));
  expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  const dearer = PRICES.replace('cpu_core = 0.02', 'cpu_core = 0.05');
  workspace.configure(dearer + things(4, 100));
  expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
  // The bill has the new prices, which the next plan shows.
  expect(await workspace.plan()).toMatchObject({ exitCode: 0 });
  workspace.configure(dearer + things(2, 100));
  expect(await workspace.run('plan', '-out=saved.plan')).toMatchObject({ exitCode: 0 });
  const { items } = await system.call('price_list.list', {});
  const node_classes = [{ name: 'default', cpu_core: 0.9, memory_gb: 0.9 }];
  await system.call('price_list.update', { id: items[0]?.id ?? '', node_classes });
  expect(await workspace.run('apply', 'saved.plan')).toMatchObject({ exitCode: 0 });
});
