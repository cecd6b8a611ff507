import { describe, expect, test } from '@jest/globals';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const SIZE = { cpu_cores: 2, memory_gb: 2, disk_gb: 20 };
const EVERY = { everyMs: 10 * MINUTE_MS, movesMax: 20 } as const;

/** VMs that all stand on one node. */
async function crowd(bench: ReturnType<ReturnType<typeof useBench>>): Promise<void> {
  for (let at = 0; at < 3; at += 1) {
    const vm = await makeVm(bench, { name: `vm-${at}`, ...SIZE });
    if (vm.node === 'node-a') continue;
    const moved = await bench.expectOk('vm.migrate', { id: vm.id, node: 'node-a' });
    await bench.end(moved.operation);
  }
}

describe('an improvement that is scheduled', () => {
  const bench = useBench({ improvements: { goal: 'rebalance', mode: 'apply', ...EVERY } });

  test('is an ordinary operation by the optimizer, once in its period', async () => {
    await crowd(bench());
    await bench().advance(2 * MINUTE_MS);
    await bench().endAll();
    const list = async () => {
      const { items } = await bench().expectOk('operation.list', {});
      return items.filter(({ kind }) => kind === 'optimizer.rebalance');
    };
    expect(await list()).toMatchObject([
      { kind: 'optimizer.rebalance', created_by: 'platform:optimizer', status: 'succeeded' },
    ]);
    const { items: vms } = await bench().expectOk('vm.list', {});
    expect(new Set(vms.map(({ node }) => node)).size).toBe(3);
    await bench().advance(11 * MINUTE_MS);
    expect(await list()).toHaveLength(1);
    const { items } = await bench().expectOk('audit.list', { limit: 100 });
    const entry = { operation: 'optimizer.rebalance', principal: 'platform:optimizer' };
    expect(items).toContainEqual(expect.objectContaining(entry));
  });
});

describe('an improvement that a policy refuses', () => {
  const bench = useBench({ improvements: { goal: 'rebalance', mode: 'apply', ...EVERY } });

  test('moves nothing, and an event names who refused it', async () => {
    await crowd(bench());
    await bench().expectOk('policy.create', {
      name: 'Audit',
      type: 'resource',
      platform_writes: true,
      rule: `package novacron

deny contains "nothing moves" if input.subject.user_id == "platform:optimizer"
`,
    });
    await bench().advance(2 * MINUTE_MS);
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    expect(items.filter(({ source }) => source === 'optimizer')).toMatchObject([
      {
        type: 'optimizer.refused',
        target: 'fleet',
        priority: 'high',
        data: { goal: 'rebalance', detail: expect.stringContaining('nothing moves') },
      },
    ]);
    const { items: vms } = await bench().expectOk('vm.list', {});
    expect(new Set(vms.map(({ node }) => node))).toEqual(new Set(['node-a']));
  });
});

describe('an improvement that is only reported', () => {
  const bench = useBench({ improvements: { goal: 'rebalance', mode: 'report', ...EVERY } });

  test('moves nothing, and an event contains its plan', async () => {
    await crowd(bench());
    await bench().advance(2 * MINUTE_MS);
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    const reports = items.filter(({ type }) => type === 'optimizer.reported');
    expect(reports).toMatchObject([
      {
        target: 'fleet',
        data: {
          goal: 'rebalance',
          moves: 2,
          explanation: expect.arrayContaining(['2 live migrations even the fleet out.']),
        },
      },
    ]);
    const { items: vms } = await bench().expectOk('vm.list', {});
    expect(new Set(vms.map(({ node }) => node))).toEqual(new Set(['node-a']));
  });
});

describe('a scheduled reduction of cost', () => {
  const place = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
  const bench = useBench({
    improvements: { goal: 'reduce_cost', mode: 'apply', ...EVERY },
    fleet: {
      nodes: [
        { ...place, name: 'node-a', class: 'new' },
        { ...place, name: 'node-b', class: 'old' },
        { ...place, name: 'node-c', class: 'old' },
      ],
      storage_pools: { ssd: { size_gb: 10 }, hdd: { size_gb: 10 }, nvme: { size_gb: 10 } },
    },
  });

  test('empties the dearest node, says what that saves, and changes no price of a VM', async () => {
    const preview = async () =>
      (await bench().expectOk('optimizer.reduce_cost', { dry_run: true })).plan;
    expect(await preview()).toMatchObject({
      moves: [],
      cost: { currency: null, savings_per_hour: null, unknown: 'there is no price list' },
    });
    const parts = { cpu_core: 0.25, memory_gb: 0.125 };
    await bench().expectOk('price_list.create', {
      name: 'standard',
      currency: 'EUR',
      node_classes: [
        { ...parts, name: 'new', node: 3 },
        { name: 'old', cpu_core: 0.5, memory_gb: 0.25, node: 1 },
      ],
    });
    const { id } = await makeVm(bench(), { ...SIZE, placement: { node: 'node-a' } });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    const { cost_per_hour: price } = await bench().expectOk('vm.get', { id });
    // 2 GB take 4.096 s: a quarter of the next node, and all of the old one.
    const plan = await preview();
    expect(plan).toMatchObject({
      goal: 'reduce_cost',
      emptied: ['node-a'],
      effort: { memory_gb: 2, duration_seconds: 4.096 },
      cost: { currency: 'EUR', savings_per_hour: 2, moves: 0.003698, unknown: null },
    });
    expect(plan.cost.payback_hours).toBeCloseTo(0.001849);
    await bench().advance(2 * MINUTE_MS);
    await bench().endAll();
    const vm = await bench().expectOk('vm.get', { id });
    expect(vm).toMatchObject({ status: 'running', cost_per_hour: price });
    expect(vm.node).not.toBe('node-a');
    const { items } = await bench().expectOk('node.list', { name: 'node-a' });
    expect(items).toMatchObject([{ status: 'standby', vm_count: 0 }]);
    expect(await preview()).toMatchObject({ moves: [], cost: { savings_per_hour: 0 } });
  });
});
