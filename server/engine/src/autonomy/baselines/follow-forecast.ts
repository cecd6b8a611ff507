/**
 * The simple rule that a model has to beat: as many VMs as the forecast of the next 15 minutes
 * needs; where those are there, a node is left if that gains something.
 */
import type { ActionName } from '../model/decision.ts';
import { neededSizeOf } from '../shield/actions.ts';
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

/** What the rule does now. */
export function actionOfRule(world: GroupWorld): ActionName {
  const size = world.nodes.length;
  const needed = neededSizeOf(observe(world), BOUNDS);
  if (needed !== size) return needed > size ? 'scale_up' : 'scale_down';
  return movesBy(world, 'migrate').length > 0 ? 'migrate' : 'wait';
}

/** A controller that follows it. */
export const followForecast: Controller = (world) =>
  changeBy(world, actionOfRule(world), observe(world));
