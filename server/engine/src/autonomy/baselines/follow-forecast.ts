/** The simple rule that a model has to beat, as a controller. */
import type { ActionName } from '../model/decision.ts';
import { ACTIONS, actionOfRule } from '../shield/actions.ts';
import {
  changeBy,
  type GroupWorld,
  movesBy,
  observe,
  SIZE_MAX,
  SIZE_MIN,
} from '../simulate/group-world.ts';
import type { Controller } from '../simulate/run-day.ts';

const BOUNDS = { sizeMin: SIZE_MIN, sizeMax: SIZE_MAX };
const WITHOUT_MOVES = ACTIONS.filter((action) => action !== 'migrate');

/** What the rule does now. */
export function decideByRule(world: GroupWorld): ActionName {
  const allowed = movesBy(world, 'migrate').length > 0 ? ACTIONS : WITHOUT_MOVES;
  return actionOfRule(observe(world), BOUNDS, allowed);
}

/** Follows it. */
export const followForecast: Controller = (world) =>
  changeBy(world, decideByRule(world), observe(world));
