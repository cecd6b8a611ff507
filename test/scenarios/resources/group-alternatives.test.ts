/** `vm_group.alternatives`: other shapes of a group by its load, its memory and a price list. */
import { expect, test } from '@jest/globals';
import { sizedGroup } from '../test-kit/sized-group.ts';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();
const { makeGroup, use } = sizedGroup(bench);

/** Spot costs 60 % less. */
const PRICES = { cpu_core: 0.02, memory_gb: 0.005, disk_gb: 0, spot_discount: 0.6 };

test('other shapes serve the load of a group for less, by its weights or those asked', async () => {
  const unlike = { cost: 0.5, performance: 0.3, risk: 0.1 };
  const scaling = { rules: [{ kind: 'target', metric: 'queue_length_count', value: 10 }] } as const;
  const vm = { cpu_cores: 2, memory_gb: 4, disk_gb: 5 };
  const group = { name: 'web', vm, min_size: 2, max_size: 8 };
  const refused = await bench().expectProblem('vm_group.create', {
    ...group,
    scaling: { rules: [...scaling.rules], weights: unlike },
  });
  expect(refused.fields).toEqual([
    {
      path: ['scaling', 'weights'],
      message: 'must sum to 1: cost, performance and risk sum to 0.9',
    },
  ]);
  const weights = { cost: 0.5, performance: 0.3, risk: 0.2 };
  const id = await makeGroup({ weights, vertical: null, vertical_max: null }, { max_size: 8 });
  expect(await bench().expectOk('vm_group.alternatives', { id })).toMatchObject({
    weights,
    present: null,
    recommended: null,
    explanation: ['Nothing is measured of the group yet, so no other shape can be compared.'],
  });
  const generic = PRICES;
  await bench().expectOk('price_list.create', { name: 'standard', currency: 'EUR', generic });
  await use(48, { cpu: 0.5, memory: 0.3 });
  const samples = [{ name: 'queue_length_count', value: 35 }];
  await bench().expectOk('metric.write', { vm_group_id: id, samples });
  const found = await bench().expectOk('vm_group.alternatives', { id });
  expect(found).toMatchObject({
    price_list: 'standard',
    currency: 'EUR',
    peak_load: 2.8,
    peak_by: 'rule',
    usage_max: 0.8,
    present: { size: 4, cpu_cores: 2, spot_size: 0, cost_per_hour: 0.24, peak_usage: 0.7 },
  });
  expect(found.recommended).toEqual(found.alternatives[0]);
  const smaller = found.alternatives.find(({ size, spot_size }) => size === 7 && spot_size === 0);
  expect(smaller).toMatchObject({
    savings_per_hour: 0.03,
    gives_up: ['peak usage 0.70 -> 0.80'],
    changes: ['vm.cpu_cores = 1', 'vm.memory_gb = 2', 'max_size = 16'],
  });
  const byCost = { weights: { cost: 1, performance: 0, risk: 0 } };
  const cheapest = await bench().expectOk('vm_group.alternatives', { id, ...byCost });
  expect(cheapest.recommended).toMatchObject({
    size: 7,
    spot_size: 7,
    changes: ['vm.cpu_cores = 1', 'vm.memory_gb = 2', 'vm.spot = true', 'max_size = 16'],
  });
});
