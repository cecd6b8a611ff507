/** Discounts by the number of VMs of a tenant: what plans show, and what is charged. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const EXAMPLE = new URL('../../../examples/price-lists/generic.json', import.meta.url);

const bench = useBench({
  fleet: {
    nodes: [
      {
        name: 'west-1',
        zone: 'us-west',
        rack: 'rack-1',
        cpu_cores: 64,
        memory_gb: 128,
        disk_gb: 999,
      },
    ],
    storage_pools: { ssd: { size_gb: 10 }, hdd: { size_gb: 10 }, nvme: { size_gb: 10 } },
  },
});

test('a plan of ten VMs shows for each the price that it is charged', async () => {
  const generic = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
  await bench().expectOk('price_list.create', { name: 'generic', currency: 'USD', generic });
  const names = Array.from({ length: 10 }, (_, at) => `web-${at + 1}`);
  const planned: unknown[] = [];
  for (const name of names) {
    const { placement_preview, cost } = await bench().expectOk('admission.preview', {
      operation: 'vm.create',
      input: { ...SMALL_VM, name },
      session: 'session-1',
    });
    expect(cost?.per_hour_after).toBe(placement_preview?.cost_per_hour);
    planned.push(placement_preview?.cost_per_hour);
  }
  expect([planned[3], planned[4], planned[9]]).toEqual([0.0854, 0.08133, 0.07726]);
  const charged: unknown[] = [];
  for (const name of names) charged.push((await makeVm(bench(), { name })).cost_per_hour);
  expect(charged).toEqual(planned);
  const next = await bench().expectOk('placement.decide', { ...SMALL_VM, name: 'web-11' });
  expect(next.cost_per_hour).toBe(0.07726);
});

test('a VM that takes a reservation is not counted twice', async () => {
  const discounts = [{ instances: 2, discount: 0.5 }];
  const generic = { cpu_core: 0.01, memory_gb: 0, discounts };
  await bench().expectOk('price_list.create', { name: 'generic', currency: 'USD', generic });
  const { cpu_cores, memory_gb, disk_gb } = SMALL_VM;
  const { resource } = await bench().expectOk('reservation.create', {
    name: 'room',
    cpu_cores,
    memory_gb,
    disk_gb,
    ttl_seconds: 3_600,
  });
  const vm = await makeVm(bench(), { reservation_id: resource.id });
  expect(vm.cost_per_hour).toBe(0.02);
});
