import { describe, expect, test } from '@jest/globals';
import { amounts, makeInput, makeNode, makeVm, nodeIdOf } from '../../../test/fleet.ts';
import { describeRejection } from '../describe-rules.ts';
import { makeFleetIndex } from '../fleet/fleet-index.ts';
import { tallyLike } from '../fleet/peer-table.ts';
import type { PlacementNode } from '../model.ts';
import { findRejections } from '../reject-nodes.ts';
import { STRATEGIES } from '../strategies.ts';
import { areAlike, rackKey } from './like-vms.ts';
import type { ScoreView } from './model.ts';
import { scoreBalance } from './score-balance.ts';
import { scoreFewestVms } from './score-fewest-vms.ts';
import { scoreFgd } from './score-fgd.ts';
import { scoreLeastAllocated } from './score-least-allocated.ts';
import { scoreMostAllocated } from './score-most-allocated.ts';
import { scoreRackSpread } from './score-rack-spread.ts';
import { scoreStranded } from './score-stranded.ts';
import { scoreZoneSpread } from './score-zone-spread.ts';

describe('the filters', () => {
  const cases: readonly {
    readonly node: Partial<PlacementNode>;
    readonly constraints?: { node?: string; zone?: string; excludeNodes?: string[] };
    readonly words: readonly string[];
  }[] = [
    { node: {}, words: [] },
    { node: { used: amounts(29, 0, 0) }, words: ['lacks 1 core (3 of 32 cores free)'] },
    { node: { used: amounts(0, 124, 0) }, words: ['lacks 4 GB memory (4 of 128 GB free)'] },
    { node: { used: amounts(0, 0, 1950) }, words: ['lacks 50 GB disk (50 of 2000 GB free)'] },
    { node: { used: amounts(40, 0, 0) }, words: ['lacks 4 cores (0 of 32 cores free)'] },
    { node: { capacity: amounts(0, 128, 2000) }, words: ['lacks 4 cores (0 of 0 cores free)'] },
    { node: { status: 'draining' }, words: ['takes no VMs: it is draining'] },
    { node: { status: 'maintenance' }, words: ['takes no VMs: it is in maintenance'] },
    {
      node: { status: 'lost' },
      words: ['is lost: it has not been heard of within its lease'],
    },
    { node: {}, constraints: { node: 'n1', zone: 'zone-a', excludeNodes: ['n2'] }, words: [] },
    {
      node: {},
      constraints: { node: 'n2' },
      words: ['is not n2, the node that the VM is pinned to'],
    },
    { node: {}, constraints: { excludeNodes: ['n1'] }, words: ['is excluded by the request'] },
    { node: {}, constraints: { zone: 'zone-b' }, words: ['is in zone zone-a, not in zone-b'] },
    {
      node: { status: 'draining', used: amounts(32, 128, 2000) },
      words: [
        'takes no VMs: it is draining',
        'lacks 4 cores (0 of 32 cores free)',
        'lacks 8 GB memory (0 of 128 GB free)',
        'lacks 100 GB disk (0 of 2000 GB free)',
      ],
    },
  ];

  test.each(cases)('say of node $node under $constraints: $words', (each) => {
    const input = makeInput({ constraints: each.constraints ?? {} });
    const found = findRejections(makeNode('n1', each.node), input);
    expect(found.map(describeRejection)).toEqual(each.words);
  });
});

describe('the scorers', () => {
  const view: ScoreView = {
    vm: makeVm(amounts(8, 32, 500)),
    likeByZone: new Map([['zone-a', 3]]),
    likeByRack: new Map([[rackKey({ zone: 'zone-a', rack: 'rack-1' }), 2]]),
  };

  test.each([
    { scorer: scoreBalance, node: {}, score: 1 },
    { scorer: scoreBalance, node: { used: amounts(16, 0, 0) }, score: 0.5 },
    { scorer: scoreBalance, node: { used: amounts(24, 0, 0) }, score: 0.25 },
    { scorer: scoreLeastAllocated, node: {}, score: 0.75 },
    { scorer: scoreLeastAllocated, node: { used: amounts(24, 96, 1500) }, score: 0 },
    { scorer: scoreMostAllocated, node: {}, score: 0.25 },
    { scorer: scoreMostAllocated, node: { used: amounts(24, 96, 1500) }, score: 1 },
    { scorer: scoreZoneSpread, node: {}, score: 3 },
    { scorer: scoreZoneSpread, node: { zone: 'zone-b' }, score: 0 },
    { scorer: scoreRackSpread, node: {}, score: 2 },
    { scorer: scoreRackSpread, node: { rack: 'rack-2' }, score: 0 },
    { scorer: scoreRackSpread, node: { zone: 'zone-b' }, score: 0 },
    { scorer: scoreFewestVms, node: { vmCount: 7 }, score: 7 },
  ])('$scorer.name measures $score on a node with $node', ({ scorer, node, score }) => {
    expect(scorer.measure(makeNode('n1', node), view)).toBe(score);
  });

  const weighed = Object.entries(STRATEGIES).filter(([, scorers]) => scorers.length > 0);
  test.each(weighed)('have weights that sum up to 1: %s', (_, scorers) => {
    const sum = scorers.reduce((total, { weight }) => total + weight, 0);
    expect(sum).toBeCloseTo(1, 10);
  });
});

describe('like VMs', () => {
  test.each([
    { left: {}, right: {}, alike: true },
    { left: { tier: 'web' }, right: {}, alike: false },
    { left: {}, right: { tier: 'web' }, alike: false },
    { left: { tier: 'web' }, right: { tier: 'web', owner: 'a' }, alike: true },
    { left: { tier: 'web' }, right: { tier: 'db' }, alike: false },
    { left: { tier: 'web' }, right: { layer: 'web' }, alike: false },
    { left: { tier: 'web', env: 'prod' }, right: { tier: 'db', env: 'prod' }, alike: true },
  ])('$left and $right are alike: $alike', ({ left, right, alike }) => {
    expect(areAlike(left, right)).toBe(alike);
  });

  test('tell racks of the same name in different zones apart', () => {
    expect(rackKey({ zone: 'a', rack: 'b/c' })).not.toBe(rackKey({ zone: 'a/b', rack: 'c' }));
  });

  test('are counted where they run; those on nodes that have left the fleet are not', () => {
    const index = makeFleetIndex({
      nodes: [makeNode('n1'), makeNode('n2', { rack: 'rack-2' })],
      peers: ['n1', 'n2', 'n2', 'gone'].map((name) => ({ nodeId: nodeIdOf(name), labels: {} })),
    });
    const counted = tallyLike(index.peers, {});
    expect([...counted.byZone]).toEqual([['zone-a', 3]]);
    expect([...counted.byRack]).toEqual([
      [rackKey({ zone: 'zone-a', rack: 'rack-1' }), 1],
      [rackKey({ zone: 'zone-a', rack: 'rack-2' }), 2],
    ]);
  });
});

describe('the scorers of devices', () => {
  const gpus = (freeMilli: readonly number[]) => [{ kind: 'gpu', model: 'a', freeMilli }];
  const ask = (cpu: number, count: number, milli: number) =>
    makeVm({ ...amounts(cpu, 1, 1), devices: count === 0 ? [] : [{ kind: 'gpu', count, milli }] });
  const typical = { cpuCores: 8, devices: [{ kind: 'gpu', count: 1, milli: 1000 }], share: 1 };
  const viewOf = (vm: ReturnType<typeof makeVm>): ScoreView => ({
    ...{ vm, likeByZone: new Map(), likeByRack: new Map() },
    question: { ...makeInput({ vm }), workload: [typical] },
  });

  test('prefer to take cores where devices do not run out of them', () => {
    const vm = ask(16, 0, 0);
    const rich = makeNode('n1', { capacity: amounts(64, 1, 1), devices: gpus([1000, 1000]) });
    const poor = makeNode('n2', { capacity: amounts(16, 1, 1), devices: gpus([1000, 1000]) });
    expect(scoreStranded.measure(rich, viewOf(vm))).toBe(0.5);
    expect(scoreStranded.measure(poor, viewOf(vm))).toBe(0.4375);
  });

  test('prefer to take devices that have run out of cores, and strand none without devices', () => {
    const starved = makeNode('n1', { capacity: amounts(4, 1, 1), devices: gpus([1000, 1000]) });
    expect(scoreStranded.measure(starved, viewOf(ask(0, 1, 1000)))).toBe(0.53125);
    expect(scoreStranded.measure(makeNode('n2'), viewOf(ask(4, 0, 0)))).toBe(0.5);
  });

  test('score fragments in whole hundredths, as published', () => {
    const node = makeNode('n1', { devices: gpus([1000, 500]) });
    expect(scoreFgd.measure(node, viewOf(ask(1, 1, 500)))).toBe(0.62);
    expect(scoreFgd.measure(makeNode('n2'), viewOf(ask(1, 0, 0)))).toBe(0.5);
  });
});
