/**
 * Places VMs on an empty fleet and records where each one is, as the start of a what-if question.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../../../env.ts';
import { tryPlacement } from '../decide/decide-placement.ts';
import { type FleetIndex, makeFleetIndex } from '../index/fleet-index.ts';
import { openOverlay, placeOnIndex } from '../index/fleet-overlay.ts';
import type { PlacementPlan, PlacementRequest } from '../model/placement.ts';
import { validateRequest } from '../request/validate-request.ts';
import { findTypicalWorkload } from '../simulate/find-typical-workload.ts';
import type { Trace } from '../simulate/simulate-trace.ts';

/** A VM and the node that it was placed on. */
export interface PlacedVm {
  readonly request: PlacementRequest;
  readonly plan: PlacementPlan;
}

/** A fleet with VMs on it. */
export interface FilledFleet {
  readonly index: FleetIndex;
  readonly placed: readonly PlacedVm[];
  /** Number of copies without a node. */
  readonly rejected: number;
}

/**
 * Places all VMs of a trace in the order in which they are listed; no VM departs.
 * @returns the fleet; or `validation-failed` for the first VM whose request is invalid
 */
export function fillFleet(trace: Trace, env: Env): Result<FilledFleet, Problem> {
  const { nodes, requests, strategy, constraints = {} } = trace;
  const index = makeFleetIndex({ nodes, peers: [] });
  const workload = findTypicalWorkload(requests);
  const placed: PlacedVm[] = [];
  for (const vm of requests) {
    const request = { vm, constraints: vm.constraints ?? constraints, strategy, workload };
    const wrong = validateRequest(request);
    if (wrong !== undefined) return err(wrong);
    const tried = tryPlacement(openOverlay(index), request, env);
    if (!tried.ok) continue;
    placeOnIndex(index, request, tried.value);
    placed.push({ request, plan: tried.value });
  }
  return ok({ index, placed, rejected: requests.length - placed.length });
}
