import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { envOf, makeInput, makeNode, makeVm } from '../../../../test/fleet.ts';
import { richInputs } from '../../../../test/suite/rich-inputs.ts';
import { decidePlacement } from '../decide/decide-placement.ts';
import type { Peer, PlacementInput } from '../model/placement.ts';
import { planPlacement } from '../plan-placement.ts';
import {
  type FleetIndexCache,
  openFleetIndexCache,
  type PeerGroup,
  refreshFleetIndex,
} from './fleet-index-cache.ts';
import { openOverlay } from './fleet-overlay.ts';

function decide(
  kept: FleetIndexCache,
  input: PlacementInput,
  seed: string,
  groups: readonly PeerGroup[] = [input.peers],
) {
  const index = refreshFleetIndex(kept, { nodes: input.nodes, groups });
  return reported(decidePlacement(openOverlay(index), input, envOf(seed)));
}

function reported(decided: ReturnType<typeof planPlacement>) {
  return decided.ok ? decided.value.decision : JSON.parse(JSON.stringify(decided.error));
}

describe('a kept fleet', () => {
  test('answers like a new one, whatever it was updated with before', () => {
    fc.assert(
      fc.property(
        fc.array(richInputs, { minLength: 2, maxLength: 4 }),
        fc.string(),
        (all, seed) => {
          const kept = openFleetIndexCache();
          for (const input of all) {
            // An input comes again, as the same object and as an equal one.
            const copy = { ...input, nodes: structuredClone(input.nodes) };
            for (const each of [input, copy]) {
              expect(decide(kept, each, seed)).toEqual(reported(planPlacement(each, envOf(seed))));
            }
          }
        },
      ),
    );
  });

  test('answers like a new one for groups of VMs of which only some have changed', () => {
    fc.assert(
      fc.property(
        richInputs,
        fc.array(fc.array(fc.nat({ max: 4 }), { maxLength: 5 }), { minLength: 2, maxLength: 6 }),
        fc.string(),
        (input, rounds, seed) => {
          const kept = openFleetIndexCache();
          const [first] = input.nodes;
          if (first === undefined) return;
          // Names come twice, as those of VMs on their way.
          const vms = input.peers.map((peer, place) => ({ ...peer, name: `vm-${place % 3}` }));
          let groups: readonly PeerGroup[] = [vms, [], [], [], []];
          for (const changed of rounds) {
            groups = groups.map((group, place) =>
              changed.includes(place)
                ? [...group.slice(1), { nodeId: first.id, name: `vm-${place % 3}`, labels: {} }]
                : group,
            );
            const now = { ...input, peers: groups.flat() };
            expect(decide(kept, now, seed, groups)).toEqual(
              reported(planPlacement(now, envOf(seed))),
            );
          }
        },
      ),
    );
  });

  test('knows a VM by name where it came last, on its way and when it has arrived', () => {
    const nodes = ['n1', 'n2', 'n3'].map((name) => makeNode(name));
    const at = (place: number): Peer => {
      return { nodeId: nodes[place]?.id ?? ('' as never), name: 'db', labels: {} };
    };
    const [old, fresh] = [at(0), at(1)];
    const near = { rule: 'together', to: { kind: 'vm', name: 'db' }, level: 'node' } as const;
    const constraints = { affinity: [{ ...near, need: 'required' as const }] };
    const kept = openFleetIndexCache();
    // In groups of their own, and in one.
    for (const groups of [[[old]], [[old], [fresh]], [[fresh]], [[fresh], [old]], [[old]]]) {
      const input = makeInput({
        vm: makeVm({ name: 'app' }),
        nodes,
        peers: groups.flat(),
        constraints,
      });
      const expected = reported(planPlacement(input, envOf('seed')));
      expect(decide(kept, input, 'seed', groups)).toEqual(expected);
    }
    for (const peers of [[old], [old, fresh], [fresh], [old, fresh], [old], []]) {
      const input = makeInput({ vm: makeVm({ name: 'app' }), nodes, peers, constraints });
      expect(decide(kept, input, 'seed')).toEqual(reported(planPlacement(input, envOf('seed'))));
    }
    expect(kept.index.peers.kinds.size).toBe(0);
  });

  test('knows no more of a node that has left when another takes its number', () => {
    const spread = [
      { of: { kind: 'group', group: 'web' }, level: 'node', maxSkew: 1, need: 'required' } as const,
    ];
    const vm = makeVm({ name: 'app', group: 'web' });
    const taints = [{ key: 'maintenance', value: 'yes', effect: 'refuse' } as const];
    const fleets = [[makeNode('n1', { taints })], [], [makeNode('n1')]];
    const kept = openFleetIndexCache();
    for (const nodes of fleets) {
      const input = makeInput({ vm, nodes, peers: [], constraints: { spread } });
      expect(decide(kept, input, 'seed')).toEqual(reported(planPlacement(input, envOf('seed'))));
    }
  });
});
