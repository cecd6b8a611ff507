import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { envOf, makeInput, makeNode, makeVm } from '../../../test/fleet.ts';
import { richInputs } from '../../../test/suite/rich-inputs.ts';
import { decidePlacement } from '../decide/decide-placement.ts';
import type { Peer, PlacementInput } from '../model/placement.ts';
import { planPlacement } from '../plan-placement.ts';
import {
  type FleetIndexCache,
  openFleetIndexCache,
  refreshFleetIndex,
} from './fleet-index-cache.ts';
import { openOverlay } from './fleet-overlay.ts';

function decide(kept: FleetIndexCache, input: PlacementInput, seed: string) {
  return told(decidePlacement(openOverlay(refreshFleetIndex(kept, input)), input, envOf(seed)));
}

function told(decided: ReturnType<typeof planPlacement>) {
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
              expect(decide(kept, each, seed)).toEqual(told(planPlacement(each, envOf(seed))));
            }
          }
        },
      ),
      { numRuns: 40 },
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
    for (const peers of [[old], [old, fresh], [fresh], [old, fresh], [old], []]) {
      const input = makeInput({ vm: makeVm({ name: 'app' }), nodes, peers, constraints });
      expect(decide(kept, input, 'seed')).toEqual(told(planPlacement(input, envOf('seed'))));
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
      expect(decide(kept, input, 'seed')).toEqual(told(planPlacement(input, envOf('seed'))));
    }
  });
});
