import { describe, expect, test } from '@jest/globals';
import { amounts, envOf, makeInput, makeNode, makeVm } from '../../../../test/fleet.ts';
import { makeRng } from '../../../rng.ts';
import { tryPlacement } from '../decide/decide-placement.ts';
import { findNode, makeFleetIndex } from '../index/fleet-index.ts';
import { openOverlay, placeOnIndex, removeFromIndex } from '../index/fleet-overlay.ts';
import type { VmRequest } from '../model/placement.ts';
import { planPlacement } from '../plan-placement.ts';
import { findTypicalWorkload } from './find-typical-workload.ts';
import { sampleTrace } from './sample-trace.ts';
import { simulateTrace } from './simulate-trace.ts';

const gpu = (milli: number, count = 1) => [{ kind: 'gpu', count, milli }];
const small = makeVm({ name: 'small', ...amounts(2, 4, 0), devices: gpu(500) });
const large = makeVm({ name: 'large', ...amounts(8, 16, 0), devices: gpu(1000, 2) });
const fleet = ['n1', 'n2'].map((name) =>
  makeNode(name, { devices: [{ kind: 'gpu', model: 'a', freeMilli: [1000, 1000] }] }),
);

describe('simulateTrace', () => {
  test('counts who was placed, who was not and why, and what is used in the end', () => {
    const requests = [small, small, large, large].map((vm, at) => ({ ...vm, name: `vm-${at}` }));
    const done = simulateTrace(
      { nodes: fleet, requests, strategy: 'fragmentation' },
      envOf('seed'),
    );
    expect(done).toEqual({
      ok: true,
      value: {
        placed: 3,
        rejected: 1,
        rejectedByReason: { device: 1 },
        nodesUsed: 2,
        utilisation: { cpu: 12 / 64, memory: 24 / 256, devices: 0.75 },
      },
    });
  });

  test('lets its caller time every decision', () => {
    const names: number[] = [];
    simulateTrace(
      { nodes: fleet, requests: [small, large], strategy: 'pack' },
      envOf('s'),
      (decide) => {
        names.push(names.length);
        return decide();
      },
    );
    expect(names).toEqual([0, 1]);
  });

  test('rejects everything on a fleet without nodes', () => {
    const done = simulateTrace({ nodes: [], requests: [small], strategy: 'pack' }, envOf('seed'));
    expect(done.ok && done.value).toMatchObject({
      rejected: 1,
      rejectedByReason: { 'no-nodes': 1 },
      utilisation: { cpu: 0, memory: 0, devices: 0 },
    });
  });

  test('lets VMs go when their time is over, and counts the most there ever was', () => {
    const whole = (name: string, arrivesAt: number, departsAt?: number) => ({
      ...makeVm({ name, ...amounts(32, 128, 0), devices: gpu(1000, 2) }),
      arrivesAt,
      departsAt,
    });
    const [node] = fleet;
    const requests = [whole('last', 20), whole('first', 0, 10), whole('second', 10, 30)];
    const trace = { nodes: node === undefined ? [] : [node], requests, strategy: 'pack' as const };
    expect(simulateTrace(trace, envOf('seed'))).toEqual({
      ok: true,
      value: {
        placed: 2,
        rejected: 1,
        rejectedByReason: { cpu: 1 },
        nodesUsed: 1,
        utilisation: { cpu: 1, memory: 1, devices: 1 },
      },
    });
    const brief = [whole('brief', 5, 5), whole('next', 5)];
    const done = simulateTrace({ ...trace, requests: brief }, envOf('seed'));
    expect(done.ok && done.value.placed).toBe(2);
  });

  test('gives back everything that a VM took', () => {
    const cells = [{ cpuCores: 32, cpuCoresUsed: 0, memoryMib: 131_072, memoryMibUsed: 0 }];
    const rich = makeNode('rich', {
      devices: [{ kind: 'gpu', model: 'a', freeMilli: [1000] }],
      pools: { 'disk:ssd': { capacity: 10, used: 0 } },
      numaCells: cells,
      residents: [],
    });
    const vm = makeVm({ devices: gpu(400), pools: { 'disk:ssd': 7 }, numa: 'single' });
    const index = makeFleetIndex({ nodes: [rich], peers: [] });
    const request = { vm, constraints: {}, strategy: 'pack' as const };
    const plan = tryPlacement(openOverlay(index), request, envOf('seed'));
    if (!plan.ok) throw new Error('the VM fits');
    placeOnIndex(index, request, plan.value);
    expect(findNode(index, rich.id)).not.toEqual(rich);
    removeFromIndex(index, request, plan.value);
    expect(findNode(index, rich.id)).toEqual(rich);
  });

  test.each([
    ['first-fit', { a: 3 }],
    ['best-fit', { b: 2, c: 1 }],
  ] as const)('%s fills nodes in its own order', (strategy, expected) => {
    const room = { a: 16, b: 8, c: 12 };
    const nodes = Object.entries(room).map(([name, cores]) =>
      makeNode(name, { capacity: amounts(cores, 128, 0) }),
    );
    const index = makeFleetIndex({ nodes, peers: [] });
    const counts: Record<string, number> = {};
    for (const name of ['one', 'two', 'three']) {
      const request = { vm: makeVm({ name, ...amounts(4, 1, 0) }), constraints: {}, strategy };
      const plan = tryPlacement(openOverlay(index), request, envOf('seed'));
      if (!plan.ok) continue;
      placeOnIndex(index, request, plan.value);
      const node = plan.value.decision.target_node;
      counts[node] = (counts[node] ?? 0) + 1;
    }
    expect(counts).toEqual(expected);
  });

  test('random spreads by lot and says that nothing was scored', () => {
    const input = makeInput({ nodes: fleet, strategy: 'random' });
    const targets = new Set<string>();
    for (let at = 0; at < 20; at += 1) {
      const plan = planPlacement({ ...input, vm: makeVm({ name: `vm-${at}` }) }, envOf('seed'));
      if (!plan.ok) throw new Error(plan.error.detail);
      targets.add(plan.value.decision.target_node);
      expect(plan.value.decision.explanation).toContain('is chosen by strategy random, unscored');
    }
    expect([...targets].sort()).toEqual(['n1', 'n2']);
  });

  test('refuses a trace with an ask that makes no sense', () => {
    const requests = [small, { ...small, memoryMib: Number.NaN }];
    const done = simulateTrace({ nodes: fleet, requests, strategy: 'pack' }, envOf('seed'));
    expect(!done.ok && done.error.detail).toBe(
      'The VM small cannot be placed: memory_gb is not a number.',
    );
  });
});

describe('sampleTrace', () => {
  const draw = (requests: readonly VmRequest[], ratio: number, nodes = fleet) =>
    sampleTrace(requests, { nodes, ratio, rng: makeRng('seed') });

  test('stops when enough devices are asked for, and draws again from a trace of less', () => {
    const needed = (requests: readonly VmRequest[]) =>
      requests.reduce(
        (sum, { devices = [] }) => sum + (devices[0]?.count ?? 0) * (devices[0]?.milli ?? 0),
        0,
      );
    for (const ratio of [0.25, 1, 1.3, 5]) {
      const drawn = draw([small, large, small], ratio);
      expect(needed(drawn)).toBeGreaterThanOrEqual(4000 * ratio);
      expect(needed(drawn.slice(0, -1))).toBeLessThan(4000 * ratio);
      expect(new Set(drawn.map(({ name }) => name)).size).toBe(drawn.length);
    }
  });

  test('counts cores in a fleet without devices', () => {
    const drawn = draw([makeVm({ name: 'plain' })], 0.5, [makeNode('n1')]);
    expect(drawn.map(({ name }) => name)).toEqual(['plain#0', 'plain#1', 'plain#2', 'plain#3']);
  });

  test('ends where nothing asks for what is counted', () => {
    expect(draw([makeVm({ name: 'plain' })], 2)).toHaveLength(1);
    expect(draw([], 2)).toEqual([]);
  });

  test('draws the same for the same seed', () => {
    expect(draw([small, large], 3)).toEqual(draw([small, large], 3));
  });
});

test('the typical workload leaves rare kinds out and shares the rest', () => {
  const requests = [
    ...Array.from({ length: 98 }, (_, at) => (at % 2 ? small : large)),
    makeVm(),
    makeVm(),
  ];
  expect(findTypicalWorkload(requests)).toEqual([
    { cpuCores: 8, devices: gpu(1000, 2), share: 0.5 },
    { cpuCores: 2, devices: gpu(500), share: 0.5 },
  ]);
  expect(findTypicalWorkload([])).toEqual([]);
});
