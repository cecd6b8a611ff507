import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { amounts, envOf, makeInput, makeNode, makeVm, nodeIdOf } from '../../../../test/fleet.ts';
import { fits, scoreNaively } from '../../../../test/naive-placement.ts';
import { richInputs } from '../../../../test/suite/rich-inputs.ts';
import { dropNode, findNode, makeFleetIndex, putNode, putPeer } from '../index/fleet-index.ts';
import { openOverlay, placeOnIndex, placeOnOverlay } from '../index/fleet-overlay.ts';
import type { Peer, PlacementInput, PlacementNode } from '../model/placement.ts';
import { planPlacement } from '../plan-placement.ts';
import { decidePlacement } from './decide-placement.ts';

/** Valid requests: contradictions are refused before anything is placed. */
const sensible = richInputs.filter((input) => {
  const planned = planPlacement(input, envOf('sense'));
  return planned.ok || planned.error.code === 'no-capacity';
});

describe('with every rule, planPlacement agrees with a naive reference', () => {
  test('about whether there is a node, and about the best scores', () => {
    fc.assert(
      fc.property(sensible, fc.string(), (input, seed) => {
        const scored = input.nodes
          .filter((node) => fits(node, input))
          .map((node) => ({ name: node.name, score: scoreNaively(node, input) }));
        const planned = planPlacement(input, envOf(seed));

        expect(planned.ok).toBe(scored.length > 0);
        if (!planned.ok) return;
        const { target_node: target, score, alternatives } = planned.value.decision;
        const reported = [{ node: target, score }, ...alternatives];
        expect(reported.map((each) => each.score)).toEqual(
          scored
            .map((each) => each.score)
            .sort((left, right) => right - left)
            .slice(0, 4),
        );
        for (const each of reported) {
          expect(scored).toContainEqual({ name: each.node, score: each.score });
        }
      }),
    );
  });
});

describe('an index', () => {
  test('that has been changed step by step answers like a new one', () => {
    fc.assert(
      fc.property(sensible, sensible, fc.string(), (before, after, seed) => {
        const index = makeFleetIndex(before);
        for (const request of [before, after])
          decidePlacement(openOverlay(index), request, envOf(seed));
        for (const node of before.nodes) dropNode(index, node.id);
        for (const peer of before.peers) putPeer(index, peer, -1);
        for (const node of after.nodes.toReversed()) putNode(index, { ...node, vmCount: 99 });
        for (const peer of after.peers) putPeer(index, peer, 1);
        for (const node of after.nodes) putNode(index, node);

        const decided = decidePlacement(openOverlay(index), after, envOf(seed));
        expect(inAnyOrder(decided)).toEqual(inAnyOrder(planPlacement(after, envOf(seed))));
      }),
    );
  });

  test('reads few of the blocks of a large fleet, and answers as if it had read all', () => {
    const sizes = fc.record({ cpu: fc.nat(20), gb: fc.nat(60), vmCount: fc.nat(6) });
    const fleets = fc.array(sizes, { minLength: 70, maxLength: 70 });
    const strategies = fc.constantFrom<PlacementInput['strategy']>('balanced', 'pack', 'spread');
    fc.assert(
      fc.property(fleets, strategies, fc.string(), (all, strategy, seed) => {
        const index = makeFleetIndex({ nodes: all.map(toNode), peers: [] });
        const peers: Peer[] = [];
        for (let at = 0; at < 6; at += 1) {
          const vm = makeVm({ name: `vm-${at}`, ...amounts(1 + (at % 3), 4, 10) });
          const nodes = index.nodes.flatMap((node) => node ?? []);
          const input = makeInput({ nodes, peers, vm, strategy });
          const planned = decidePlacement(openOverlay(index), input, envOf(seed));
          if (!planned.ok) throw new Error(planned.error.detail);
          const { score, alternatives } = planned.value.decision;
          const scores = nodes
            .filter((node) => fits(node, input))
            .map((node) => scoreNaively(node, input));
          expect([score, ...alternatives.map((each) => each.score)]).toEqual(
            scores.sort((left, right) => right - left).slice(0, 4),
          );
          placeOnIndex(index, input, planned.value);
          peers.push({ nodeId: planned.value.nodeId, labels: vm.labels });
        }
      }),
      // Each run has a fleet of many blocks.
      { numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 25) / 10) },
    );
  });

  test('answers over an overlay as if its VMs were there, and is itself left as it was', () => {
    fc.assert(
      fc.property(sensible, sensible, fc.string(), (first, second, seed) => {
        const fleet = { nodes: first.nodes, peers: first.peers };
        const [index, untouched, owned] = [0, 1, 2].map(() => makeFleetIndex(fleet));
        if (index === undefined || untouched === undefined || owned === undefined) return;
        const overlay = openOverlay(index);
        const planned = decidePlacement(overlay, first, envOf(seed));
        const next = { ...second, vm: { ...second.vm, name: 'next' } };
        if (planned.ok) {
          placeOnOverlay(overlay, first, planned.value);
          placeOnIndex(owned, first, planned.value);
        }
        const over = decidePlacement(overlay, next, envOf(seed));
        expect(inAnyOrder(over)).toEqual(
          inAnyOrder(decidePlacement(openOverlay(owned), next, envOf(seed))),
        );
        expect(decidePlacement(openOverlay(index), next, envOf(seed))).toEqual(
          decidePlacement(openOverlay(untouched), next, envOf(seed)),
        );
      }),
    );
  });

  test('takes a node for one in service that an overlay has taken into service', () => {
    fc.assert(
      fc.property(sensible, fc.nat(), fc.string(), (input, lot, seed) => {
        const at = lot % Math.max(1, input.nodes.length);
        const nodes = input.nodes.map((node, each) =>
          each === at ? { ...node, status: 'standby' as const } : node,
        );
        const overlay = openOverlay(makeFleetIndex({ ...input, nodes }));
        const [woken] = input.nodes.slice(at);
        // Where spread is even depends on the places that are in service.
        fc.pre(woken !== undefined && (input.constraints.spread ?? []).length === 0);
        overlay.changed.set(woken.id, woken);
        const over = decidePlacement(overlay, input, envOf(seed));
        expect(over.ok).toEqual(planPlacement(input, envOf(seed)).ok);
      }),
    );
  });

  test('never breaks a hard rule however many VMs it places one after another', () => {
    const nodes = Array.from({ length: 12 }, (_, at) =>
      makeNode(`n${at}`, { zone: `z${at % 3}`, rack: `r${at % 2}` }),
    );
    const index = makeFleetIndex({ nodes, peers: [] });
    const group = { kind: 'group', group: 'g' } as const;
    const homes: string[] = [];
    for (let at = 0; at < 13; at += 1) {
      const request = makeInput({
        vm: makeVm({ name: `vm-${at}`, group: 'g' }),
        constraints: {
          affinity: [{ rule: 'apart', to: group, level: 'node', need: 'required' }],
          spread: [{ of: group, level: 'zone', maxSkew: 1, need: 'required' }],
        },
      });
      const planned = decidePlacement(openOverlay(index), request, envOf('seed'));
      if (at === 12) {
        expect(planned.ok).toBe(false);
        if (!planned.ok) {
          expect(planned.error.detail).toContain('with VMs it must be apart from (12)');
          expect(planned.error.data?.conflict).toEqual(['apart from group g by node']);
        }
        continue;
      }
      if (!planned.ok) throw new Error(planned.error.detail);
      homes.push(planned.value.decision.target_node);
      placeOnIndex(index, request, planned.value);
    }
    expect(new Set(homes).size).toBe(12);
  });

  test('gives the devices and cells that it says, and no more than there are', () => {
    const node = makeNode('n1', {
      devices: [{ kind: 'gpu', model: 'a', freeMilli: [1000, 400] }],
      numaCells: [
        { cpuCores: 16, cpuCoresUsed: 14, memoryMib: 65_536, memoryMibUsed: 0 },
        { cpuCores: 16, cpuCoresUsed: 8, memoryMib: 65_536, memoryMibUsed: 0 },
      ],
    });
    const index = makeFleetIndex({ nodes: [node], peers: [] });
    const request = makeInput({
      vm: makeVm({ devices: [{ kind: 'gpu', count: 1, milli: 300 }], numa: 'single' }),
    });
    const planned = decidePlacement(openOverlay(index), request, envOf('seed'));
    if (!planned.ok) throw new Error(planned.error.detail);
    expect(planned.value.devices).toEqual([{ group: 0, device: 1, milli: 300 }]);
    expect(planned.value.cells).toEqual([{ cell: 1, cpuCores: 4, memoryMib: 8192 }]);
    placeOnIndex(index, request, planned.value);
    const after = findNode(index, nodeIdOf('n1'));
    expect(after?.devices?.[0]?.freeMilli).toEqual([1000, 100]);
    expect(after?.numaCells?.[1]?.cpuCoresUsed).toBe(12);
    expect(after?.used).toEqual(amounts(4, 8, 100));
  });

  test('promises more than a node has where its class allows that', () => {
    const node = makeNode('n1', { labels: { 'node-class': 'dense' }, used: amounts(32, 0, 0) });
    const place = (overcommit: Record<string, { cpuCores?: number }>) =>
      decidePlacement(
        openOverlay(makeFleetIndex({ nodes: [node], peers: [], overcommit })),
        makeInput(),
        envOf('seed'),
      ).ok;
    expect(place({})).toBe(false);
    expect(place({ dense: { cpuCores: 2 } })).toBe(true);
    expect(place({ other: { cpuCores: 2 } })).toBe(false);
  });
});

/** Forty nodes share a rack and the rest another one: blocks are full, and some are not. */
function toNode(
  { cpu, gb, vmCount }: Readonly<Record<'cpu' | 'gb' | 'vmCount', number>>,
  at: number,
): PlacementNode {
  const rack = at < 40 ? 'r1' : 'r2';
  return makeNode(`n${at}`, { used: amounts(cpu, gb, cpu * 10), vmCount, zone: 'a', rack });
}

/** Fleets have no order: what a refusal lists at equal distance may come in any. */
function inAnyOrder(result: ReturnType<typeof planPlacement>) {
  return result.ok ? result.value.decision : JSON.parse(JSON.stringify(result.error));
}
