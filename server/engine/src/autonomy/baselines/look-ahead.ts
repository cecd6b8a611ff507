/**
 * An oracle: it knows the demand and the disturbances of the next hours. Each allowed action is
 * tried in a copy of the group, which then follows a rule that knows them too.
 * Source of the idea: Bertsekas, "Rollout, model iteration, and distributed reinforcement
 * learning" (2020).
 */
import type { ActionName } from '../model/decision.ts';
import { CPU_LIMIT } from '../shield/features.ts';
import { planShield } from '../shield/plan-shield.ts';
import { ALL_TRIED, constraintsOf } from '../simulate/constraints-of.ts';
import {
  BOOT_STEPS,
  changeBy,
  copyWorld,
  type GroupWorld,
  movesBy,
  observe,
  passStep,
  SIZE_MAX,
  SIZE_MIN,
  type WorldChange,
} from '../simulate/group-world.ts';
import { type Controller, priceOf } from '../simulate/run-day.ts';

/** How far it looks: three hours. */
const HORIZON_STEPS = 36;

/** Capacity of a VM in a quiet group, with nodes of which most are full. */
const VM_CAPACITY = 0.965;

/** Moves pay if the group does not shrink or grow by itself within this time. */
const SETTLED_STEPS = 6;

/** Values of the actions by the oracle: minus what the next hours cost. */
export interface OracleView {
  readonly allowed: readonly ActionName[];
  /** In the order of `allowed`. Unit: VM-hours, with penalties. */
  readonly prices: readonly number[];
  readonly best: ActionName;
}

/** Tries all allowed actions. */
export function lookAhead(world: GroupWorld): OracleView {
  const state = observe(world);
  const { allowed } = planShield(state, constraintsOf(world), ALL_TRIED);
  const prices = allowed.map((action) => {
    const copy = copyWorld(world);
    let price = priceOf(passStep(copy, changeBy(copy, action, state)));
    for (let step = 1; step < HORIZON_STEPS; step += 1)
      price += priceOf(passStep(copy, followDemand(copy)));
    return price;
  });
  const least = prices.reduce((best, price) => Math.min(best, price), Number.POSITIVE_INFINITY);
  return { allowed, prices, best: allowed[prices.indexOf(least)] ?? 'wait' };
}

/** A controller that does what the oracle says. */
export const followOracle: Controller = (world) =>
  changeBy(world, lookAhead(world).best, observe(world));

/** The rule of the oracle: exactly the VMs that the demand will need. */
function followDemand(world: GroupWorld): WorldChange {
  const { scenario, step, nodes } = world;
  const size = nodes.length;
  const needAt = (at: number) =>
    Math.ceil((scenario.demand[at] ?? 0) / ((CPU_LIMIT / 100) * VM_CAPACITY));
  let [grow, keep] = [0, 0];
  for (let later = 0; later <= BOOT_STEPS; later += 1) {
    grow = Math.max(grow, needAt(step + later));
    keep = Math.max(keep, needAt(step + later));
  }
  keep = Math.max(keep, needAt(step + BOOT_STEPS + 1));
  const to = Math.min(SIZE_MAX, Math.max(SIZE_MIN, size < grow ? grow : Math.min(size, keep)));
  if (to !== size) return { size: to, moves: [] };
  const moves = movesBy(world, 'migrate');
  const isSettled = needAt(step + SETTLED_STEPS) === needAt(step);
  return { size, moves: isSettled ? moves : [] };
}

/** What an action costs by the oracle; infinite where it is not allowed. */
export function priceOfAction({ allowed, prices }: OracleView, action: ActionName): number {
  return prices[allowed.indexOf(action)] ?? Number.POSITIVE_INFINITY;
}
