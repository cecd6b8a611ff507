/** What is allowed in the simulation: everything that changes something there. */
import type { Constraints } from '../model/decision.ts';
import { ACTIONS } from '../shield/actions.ts';
import { type GroupWorld, movesBy, SIZE_MAX, SIZE_MIN, STEP_MINUTES } from './group-world.ts';

const MOVES_MAX = 16;
const NONE: Constraints['ownedByPolicies'] = new Set();
const GRANTED: Constraints['grantedByArbiter'] = new Set(ACTIONS);

/** Training tries every action that the shield lets through. */
export const ALL_TRIED: readonly number[] = ACTIONS.map(() => 1);

/** Describes the group as it is. */
export function constraintsOf(world: GroupWorld): Constraints {
  return {
    mode: 'apply',
    class: 'standard',
    isApproved: false,
    nowMs: world.step * STEP_MINUTES * 60_000,
    minConfidence: 0,
    size: world.nodes.length,
    sizeMin: SIZE_MIN,
    sizeMax: SIZE_MAX,
    scaling: 'none',
    outOfScope: NONE,
    ownedByPolicies: NONE,
    grantedByArbiter: GRANTED,
    movesMax: MOVES_MAX,
    moves: {
      migrate: movesBy(world, 'migrate').length,
      rebalance: movesBy(world, 'rebalance').length,
    },
    features: [],
    hasPolicyDraft: false,
  };
}
