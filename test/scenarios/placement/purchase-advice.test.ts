/** `cost.advise`: a size, or the VMs of a tenant as the ledger shows their use. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { toInterval } from '@novacron/engine/cost/plan-charge';
import { toIntervalRow, toOpenCharge } from '@novacron/server/app/placement/prices/charge-rows';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const HOUR_MS = 3_600_000;

const bench = useBench();

test('nothing has a price without a price list', async () => {
  const refused = await bench().expectProblem('cost.advise', {});
  expect(refused).toMatchObject({ code: 'not-found' });
  expect(refused.detail).toBe('No price list is in force, so nothing has a price.');
});

describe('with the instance types of a cloud', () => {
  beforeEach(async () => {
    const reserved = [{ years: 1, upfront: 0, hourly: 0.06 }];
    const types = [{ name: 'large', cpu_cores: 2, memory_gb: 8, on_demand: 0.1, reserved }];
    const instance_types = { types };
    await bench().expectOk('price_list.create', { name: 'cloud', currency: 'USD', instance_types });
  });

  test('a size has the cheapest way to buy it for its hours', async () => {
    const size = { cpu_cores: 2, memory_gb: 4, months: 12 };
    const always = await bench().expectOk('cost.advise', size);
    expect(always).toMatchObject({
      price_list: 'cloud',
      currency: 'USD',
      on_demand_total: 876,
      cheapest_total: 525.6,
      items: [{ vm: null, options: [{ kind: 'reserved', break_even_hours: 438 }, {}] }],
    });
    const seldom = await bench().expectOk('cost.advise', { ...size, hours_per_month: 100 });
    expect(seldom.items[0]?.options[0]).toMatchObject({ kind: 'on_demand', total: 120 });
    const half = await bench().expectProblem('cost.advise', { cpu_cores: 2 });
    expect(half.detail).toBe('A size has both cpu_cores and memory_gb.');
  });

  /** Adds use before the VM was charged to the ledger. */
  async function addUse(id: string, hours: number): Promise<void> {
    const [row] = await bench().store.read({ from: 'charges', where: { id } });
    if (row === undefined) throw new Error(`${id} is not charged`);
    const interval = toInterval(toOpenCharge(row), row.since_ms);
    const used = { ...interval, fromMs: row.since_ms - hours * HOUR_MS };
    const otherwise = problem('conflict', { detail: 'The interval is there.', remedy: 'None.' });
    await bench().store.commit([
      { kind: 'insert', into: 'charge_intervals', row: toIntervalRow(used), otherwise },
    ]);
  }

  test('VMs are compared by their hours in the last 30 days', async () => {
    const busy = await makeVm(bench(), { name: 'busy' });
    const idle = await makeVm(bench(), { name: 'idle' });
    await addUse(busy.id, 24 * 40);
    await addUse(idle.id, 72);
    const { items } = await bench().expectOk('cost.advise', {});
    const shown = items.map(({ vm, hours_per_month, options }) => {
      return [vm, Math.round(hours_per_month), options[0]?.kind];
    });
    expect(shown).toEqual([
      ['busy', 730, 'reserved'],
      ['idle', 73, 'on_demand'],
    ]);
  });
});
