/** Asks a model about a simulated group. */
import { assert } from '@novacron/contract/result';
import type { Decision } from './model/decision.ts';
import { type OpenedModel, planDecision } from './plan-decision.ts';
import { constraintsOf } from './simulate/constraints-of.ts';
import { type GroupWorld, observe } from './simulate/group-world.ts';

/** Decides in the state that is measured. */
export function decideInWorld(
  model: OpenedModel,
  world: GroupWorld,
  minConfidence: number,
): Decision {
  const constraints = { ...constraintsOf(world), minConfidence };
  const decided = planDecision(model, { state: observe(world), constraints });
  assert(decided.ok, 'a simulated group has a valid state');
  return decided.value;
}
