/** A month of a fleet: the bill is that of a recorder which looks at machines only. */
import { describe, expect, test } from '@jest/globals';
import type { Machine } from '@novacron/contract/agent/machine';
import { makeRng } from '@novacron/engine/rng';
import { makeChance } from '../../simulation/world/chance.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const MIB_PER_GB = 1_024;
const STEP_HOURS_MAX = 72;

/** So low that seconds until a server notices something are less than a cent a month. */
const PRICES = { cpu_core: 0.001, memory_gb: 0.0002, disk_gb: 0.00001 };

const CENT = 0.01;

describe('the bill of a month', () => {
  const bench = useBench();
  const chance = makeChance(makeRng('a month of machines'));

  /** Machines by name of their node, also of nodes whose power is off. */
  const machines = new Map<string, readonly Machine[]>();

  /** What machines cost per hour: those that run, the disks of stopped ones, of no others. */
  async function rateOfMachines(): Promise<number> {
    const found = await inspectFleet(bench().fleet);
    for (const [node, own] of found) machines.set(node, own);
    const costs = [...machines].flatMap(([node, own]) =>
      own.map(({ status, spec }) => {
        if (status === 'running' && !found.has(node)) return 0;
        const memory = (spec.memory_mib / MIB_PER_GB) * PRICES.memory_gb;
        const compute = spec.cpu_cores * PRICES.cpu_core + memory;
        return spec.disk_gb * PRICES.disk_gb + (status === 'running' ? compute : 0);
      }),
    );
    return costs.reduce((sum, cost) => sum + cost, 0);
  }

  async function actOnce(made: number): Promise<void> {
    const { items } = await bench().expectOk('vm.list', {});
    const vm = items[chance.between(0, Math.max(0, items.length - 1))];
    if (vm === undefined || items.length < 3) {
      const size = { cpu_cores: chance.between(1, 3), memory_gb: chance.between(1, 4) };
      const name = `vm-${made}`;
      await bench().call('vm.create', { name, ...size, disk_gb: chance.between(10, 40) });
      return;
    }
    const { id, status } = vm;
    const what = chance.between(0, 3);
    if (status !== 'running') await bench().call('vm.start', { id });
    else if (what === 0) await bench().call('vm.stop', { id, force: 'yes' });
    else if (what === 1) await bench().call('vm.delete', { id });
    else if (what === 2) await bench().call('vm.update', { id, cpu_cores: chance.between(1, 3) });
    else await bench().restartServer();
  }

  test('equals what machines cost, to the cent, while nodes are killed', async () => {
    await bench().expectOk('price_list.create', {
      name: 'standard',
      currency: 'EUR',
      generic: PRICES,
    });
    const { clock } = bench().deps;
    const startMs = clock.nowMs();
    const nodes = [...bench().fleet.drivers.keys()];
    let [recorded, rate, sinceMs, killed] = [0, 0, startMs, 0];
    const record = async () => {
      const nowMs = clock.nowMs();
      recorded += (rate * (nowMs - sinceMs)) / HOUR_MS;
      [rate, sinceMs] = [await rateOfMachines(), nowMs];
    };
    for (let step = 0; clock.nowMs() - startMs < 30 * 24 * HOUR_MS; step += 1) {
      if (step % 5 === 4) {
        await bench().fleet.powerOff(chance.pick(nodes));
        await record();
        // Servers notice that a node is lost within a minute, and its charges within another.
        await bench().advance(2 * MINUTE_MS);
        killed += 1;
      } else await actOnce(step);
      await bench().endAll();
      await record();
      await bench().skip(chance.between(1, STEP_HOURS_MAX) * HOUR_MS);
      await record();
      const away = nodes.filter((node) => !bench().fleet.drivers.has(node));
      for (const node of away) bench().fleet.restartAgent(node);
      if (away.length > 0) await bench().advance(2 * MINUTE_MS);
      await record();
    }
    const from = new Date(startMs).toISOString();
    const report = await bench().expectOk('cost.report', { from, group_by: ['resource'] });
    expect(killed).toBeGreaterThan(1);
    expect(recorded).toBeGreaterThan(1);
    expect(Math.abs(report.total - recorded)).toBeLessThan(CENT);
    expect(report).toMatchObject({ unknown_hours: 0, damaged: [] });
  });

  test('stays in one currency when price lists are deleted', async () => {
    const create = (currency: string) =>
      bench().call('price_list.create', { name: 'standard', currency, generic: PRICES });
    const remove = async () => {
      const { items } = await bench().expectOk('price_list.list', {});
      for (const { id } of items) await bench().expectOk('price_list.delete', { id });
    };
    await create('USD');
    await remove();
    await create('EUR');
    await makeVm(bench());
    await remove();
    expect(await create('USD')).toMatchObject({
      error: { code: 'conflict', fields: [{ path: ['currency'], message: 'must be EUR' }] },
    });
    expect(await bench().expectOk('cost.report', {})).toMatchObject({ currency: 'EUR' });
    expect(await create('EUR')).toMatchObject({ ok: true });
  });
});
