/** Places VMs on an empty fleet and keeps who is where, for questions about what comes next. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../env.ts';
import { checkAsk } from './check-ask.ts';
import { tryPlacement } from './decide-placement.ts';
import { type FleetIndex, makeFleetIndex } from './fleet/fleet-index.ts';
import { openOverlay, placeOnIndex } from './fleet/overlay.ts';
import type { PlacementAsk, PlacementPlan } from './model.ts';
import type { Trace } from './simulate-trace.ts';
import { findTypicalWorkload } from './typical-workload.ts';

/** A VM and its place. */
export interface PlacedVm {
  readonly ask: PlacementAsk;
  readonly plan: PlacementPlan;
}

/** A fleet with VMs on it. */
export interface FilledFleet {
  readonly index: FleetIndex;
  readonly placed: readonly PlacedVm[];
  /** How many found no node. */
  readonly rejected: number;
}

/**
 * Places all VMs of a trace in the order in which they are listed; nobody departs.
 * @returns the fleet; or `validation-failed` for the first VM that makes no sense
 */
export function fillFleet(trace: Trace, env: Env): Result<FilledFleet, Problem> {
  const { nodes, asks, strategy, constraints = {} } = trace;
  const index = makeFleetIndex({ nodes, peers: [] });
  const workload = findTypicalWorkload(asks);
  const placed: PlacedVm[] = [];
  for (const vm of asks) {
    const ask = { vm, constraints: vm.constraints ?? constraints, strategy, workload };
    const wrong = checkAsk(ask);
    if (wrong !== undefined) return err(wrong);
    const tried = tryPlacement(openOverlay(index), ask, env);
    if (!tried.ok) continue;
    placeOnIndex(index, ask, tried.value);
    placed.push({ ask, plan: tried.value });
  }
  return ok({ index, placed, rejected: asks.length - placed.length });
}
