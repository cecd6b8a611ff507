/** Runs a day of a group under a controller, and adds up. */
import {
  type GroupWorld,
  MISS_PRICE,
  openWorld,
  passStep,
  type Scenario,
  type StepOutcome,
  type WorldChange,
} from './group-world.ts';

/** Decides each step. */
export type Controller = (world: GroupWorld) => WorldChange;

/** A day. */
export interface DayTotals {
  /** Unit: VM-hours. */
  readonly cost: number;
  /** Steps in which requests waited too long. */
  readonly misses: number;
  /** Cost and the penalties for misses. Unit: VM-hours. */
  readonly total: number;
}

/** Runs one. */
export function runDay(scenario: Scenario, controller: Controller): DayTotals {
  const world = openWorld(scenario);
  let [cost, misses] = [0, 0];
  while (world.step < scenario.steps) {
    const outcome = passStep(world, controller(world));
    cost += outcome.cost;
    if (outcome.isMissed) misses += 1;
  }
  return { cost, misses, total: cost + MISS_PRICE * misses };
}

/** What a step has cost, with its penalty. Unit: VM-hours. */
export function priceOf({ cost, isMissed }: StepOutcome): number {
  return cost + (isMissed ? MISS_PRICE : 0);
}

/** Never changes anything. */
export const doNothing: Controller = (world) => ({ size: world.nodes.length, moves: [] });
