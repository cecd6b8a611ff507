/** VMs that are stopped so that a VM fits. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { amounts, envOf, makeInput, makeNode, makeVm, nodeIdOf } from '../../../../test/fleet.ts';
import { makeFleetIndex } from '../index/fleet-index.ts';
import { openOverlay } from '../index/fleet-overlay.ts';
import type { PlacementNode, PlacementRequest } from '../model/placement.ts';
import type { SpotVm } from './choose-victims.ts';
import { explainPreemption } from './explain-preemption.ts';
import { planPreemption } from './plan-preemption.ts';

const env = envOf('seed');

/** `a/4*10`: four cores and 8 GB a core on node a, priority 10; `#2` distinguishes equals. */
function spot(text: string): SpotVm {
  const [, node = '', cores = '', priority = ''] = /^(.)\/(\d+)\*(\d+)/.exec(text) ?? [];
  const frees = amounts(Number(cores), Number(cores), 0);
  return { id: text, nodeId: nodeIdOf(node), priority: Number(priority), frees };
}

/** A node of 32 cores and 32 GB that is full. */
function fullNode(name: string, values: Partial<PlacementNode> = {}): PlacementNode {
  return makeNode(name, {
    capacity: amounts(32, 32, 1000),
    used: amounts(32, 32, 100),
    ...values,
  });
}

const request = (cores: number, values: Partial<PlacementRequest> = {}): PlacementRequest => {
  const { nodes: _, peers: __, ...asked } = makeInput({ vm: makeVm(amounts(cores, cores, 10)) });
  return { ...asked, ...values };
};

function preempt(
  nodes: readonly PlacementNode[],
  asked: PlacementRequest,
  spots: readonly string[],
  shownNode?: string,
) {
  const fleet = openOverlay(makeFleetIndex({ nodes, peers: [] }));
  const spotVms = spots.map(spot);
  const plan = planPreemption(fleet, asked, { spotVms, shownNode }, env);
  return (
    plan && [plan.plan.decision.target_node, ...plan.victims.map(({ id }) => id).sort()].join(' ')
  );
}

describe('planPreemption', () => {
  const [a, b] = [fullNode('a'), fullNode('b')];

  test.each<readonly [string, number, readonly string[], string | undefined]>([
    ['none where all of them are not enough', 8, ['a/4*1', 'b/4*1'], undefined],
    ['none where there is no spot VM', 4, [], undefined],
    ['what matters least', 4, ['a/4*50', 'a/4*10', 'b/4*20'], 'a a/4*10'],
    [
      'what matters least, though it is two',
      4,
      ['a/4*50', 'b/2*10#1', 'b/2*10#2'],
      'b b/2*10#1 b/2*10#2',
    ],
    ['as few as possible', 4, ['a/2*10#1', 'a/2*10#2', 'b/8*10'], 'b b/8*10'],
    ['few of one node', 4, ['a/2*10#1', 'a/2*10#2', 'a/4*10'], 'a a/4*10'],
    ['the smallest that is enough', 2, ['a/8*10', 'a/2*10', 'a/4*10'], 'a a/2*10'],
    ['the node where least is wasted', 4, ['a/8*10', 'b/5*10'], 'b b/5*10'],
    ['no more than needed', 4, ['a/4*10', 'a/4*30', 'a/1*0'], 'a a/4*10'],
  ])('takes %s', (_, cores, spots, expected) => {
    expect(preempt([a, b], request(cores), spots)).toBe(expected);
  });

  test('keeps to rules: only a node that would do without its spot VMs is considered', () => {
    const spots = ['a/8*0', 'b/8*90'];
    const there = request(8, { constraints: { node: 'b' } });
    expect(preempt([a, b], there, spots)).toBe('b b/8*90');
    expect(preempt([fullNode('a', { status: 'draining' }), b], request(8), spots)).toBe('b b/8*90');
    const noDisk = fullNode('a', { used: amounts(32, 32, 995) });
    expect(preempt([noDisk], request(8), spots)).toBeUndefined();
  });

  test('takes the node that was shown, while it will do', () => {
    const spots = ['a/8*0', 'b/8*90'];
    expect(preempt([a, b], request(8), spots, 'b')).toBe('b b/8*90');
    expect(preempt([a, b], request(8), ['a/8*0', 'b/4*90'], 'b')).toBe('a a/8*0');
  });

  test('stops no VM where there is room by now', () => {
    const free = fullNode('c', { used: amounts(0, 0, 0) });
    expect(preempt([a, free], request(8), ['a/8*0'])).toBe('c');
  });

  const fleets = fc.record({
    cores: fc.integer({ min: 1, max: 16 }),
    spots: fc.uniqueArray(
      fc
        .tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 5, 9))
        .map(([node, size, priority]) => `${node}/${size}*${priority}`),
      { maxLength: 7 },
    ),
  });

  /** All sets of VMs of one node that make room, tried one by one. */
  function enough(cores: number, spots: readonly string[]): readonly (readonly SpotVm[])[] {
    return ['a', 'b'].flatMap((node) => {
      const there = spots.map(spot).filter(({ nodeId }) => nodeId === nodeIdOf(node));
      const sets = Array.from({ length: 2 ** there.length }, (__, mask) =>
        there.filter((___, at) => (mask >> at) & 1),
      );
      return sets.filter((set) => sum(set) >= cores);
    });
  }
  const sum = (set: readonly SpotVm[]) =>
    set.reduce((cores, { frees }) => cores + frees.cpuCores, 0);
  const highest = (set: readonly SpotVm[]) => Math.max(...set.map(({ priority }) => priority));

  test('agrees with a search through all sets about whether one helps, and how dear it is', () => {
    fc.assert(
      fc.property(fleets, ({ cores, spots }) => {
        const sets = enough(cores, spots);
        const fleet = openOverlay(makeFleetIndex({ nodes: [a, b], peers: [] }));
        const plan = planPreemption(fleet, request(cores), { spotVms: spots.map(spot) }, env);
        expect(plan !== undefined).toBe(sets.length > 0);
        if (plan === undefined) return;
        const { victims } = plan;
        expect(sum(victims)).toBeGreaterThanOrEqual(cores);
        expect(highest(victims)).toBe(Math.min(...sets.map(highest)));
        for (const each of victims) {
          expect(sum(victims) - each.frees.cpuCores).toBeLessThan(cores);
        }
      }),
    );
  });

  test('chooses the same whatever the order of the VMs', () => {
    fc.assert(
      fc.property(fleets, ({ cores, spots }) => {
        const reported = preempt([a, b], request(cores), spots);
        expect(preempt([b, a], request(cores), spots.toReversed())).toBe(reported);
      }),
    );
  });
});

test('explainPreemption names the VMs of the one who asks and counts those of others', () => {
  const own = (name: string) => ({ name, priority: 10 });
  const foreign = { name: undefined, priority: 0 };
  expect(explainPreemption([own('b1')])).toBe(
    'preempts 1 spot VM, since no node has room otherwise: b1 (priority 10)',
  );
  expect(explainPreemption([own('b1'), foreign, foreign])).toContain(
    '3 spot VMs, since no node has room otherwise: b1 (priority 10), 2 of other tenants',
  );
  const many = ['1', '2', '3', '4', '5', '6', '7'].map(own);
  expect(explainPreemption(many)).toContain('5 (priority 10), 2 more');
});
