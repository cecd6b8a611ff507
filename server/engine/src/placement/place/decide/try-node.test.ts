import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { envOf } from '../../../../test/fleet.ts';
import { richInputs } from '../../../../test/suite/rich-inputs.ts';
import { makeFleetIndex } from '../index/fleet-index.ts';
import { openOverlay, placeOnOverlay } from '../index/fleet-overlay.ts';
import type { PlacementInput } from '../model/placement.ts';
import { weightsOfStrategy } from '../scorers/strategies.ts';
import { decidePlacement } from './decide-placement.ts';
import { tryNode } from './try-node.ts';

/** The whole fleet has a say in these. */
function asksAll({ constraints, strategy }: PlacementInput): boolean {
  const isGuarded = weightsOfStrategy(strategy).some(({ name }) => name === 'failover');
  return isGuarded || (constraints.spread ?? []).length > 0;
}

describe('tryNode', () => {
  test('agrees with a decision for the node alone, also over VMs placed meanwhile', () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(richInputs, richInputs, (before, drawn) => {
        const input = { ...drawn, vm: { ...drawn.vm, name: 'next' } };
        fc.pre(!asksAll(input));
        const fleet = openOverlay(makeFleetIndex({ ...drawn }));
        const placed = decidePlacement(fleet, before, envOf('before'));
        if (placed.ok) placeOnOverlay(fleet, before, placed.value);
        for (const { name } of drawn.nodes) {
          const constraints = { ...input.constraints, node: name };
          const decided = decidePlacement(fleet, { ...input, constraints }, envOf('next'));
          const { decision: _, ...grants } = decided.ok ? decided.value : { decision: null };
          expect(tryNode(fleet, input, name)).toEqual(decided.ok ? grants : undefined);
          seen[decided.ok ? 'taken' : 'refused'] += 1;
        }
      }),
      { numRuns: 100 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(30);
  });

  test('leaves to others what the whole fleet has a say in, and nodes that there are not', () => {
    fc.assert(
      fc.property(richInputs, (input) => {
        const fleet = openOverlay(makeFleetIndex(input));
        expect(tryNode(fleet, input, 'gone')).toBeUndefined();
        const [node] = input.nodes;
        if (node === undefined) return;
        const guarded = { ...input, strategy: 'failover' } as const;
        expect(tryNode(fleet, guarded, node.name)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});
