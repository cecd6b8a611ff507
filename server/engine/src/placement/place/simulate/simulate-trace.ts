/**
 * Simulates a trace: places its VMs on an empty fleet one after another and measures the outcome.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../../../env.ts';
import { tryPlacement } from '../decide/decide-placement.ts';
import { mainReason } from '../explain/main-reason.ts';
import { type FleetIndex, makeFleetIndex } from '../index/fleet-index.ts';
import { openOverlay, placeOnIndex, removeFromIndex } from '../index/fleet-overlay.ts';
import type {
  PlacementConstraints,
  PlacementNode,
  PlacementPlan,
  PlacementRequest,
  PlacementStrategy,
  VmRequest,
} from '../model/placement.ts';
import { validateRequest } from '../request/validate-request.ts';
import { findTypicalWorkload } from './find-typical-workload.ts';
import { makeUsageMeter, type UsageMeter } from './usage-meter.ts';

/** A VM of a trace. */
export interface TraceRequest extends VmRequest {
  /** Any unit, the same for the whole trace; VMs without a time come first, as they are listed. */
  readonly arrivesAt?: number | undefined;
  /** Not before it arrives; it stays when this is absent. */
  readonly departsAt?: number | undefined;
  /** Constraints of this VM; those of the trace when absent. */
  readonly constraints?: PlacementConstraints | undefined;
}

/** A fleet and the VMs to place on it. */
export interface Trace {
  readonly nodes: readonly PlacementNode[];
  readonly requests: readonly TraceRequest[];
  readonly strategy: PlacementStrategy;
  readonly constraints?: PlacementConstraints | undefined;
}

/** The outcome of a trace. */
export interface TraceOutcome {
  readonly placed: number;
  readonly rejected: number;
  /** VMs rejected by reason; each counts under the reason that rejected most nodes. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Most nodes with VMs at the same time. */
  readonly nodesUsed: number;
  /** Most that was allocated at the same time over the capacity of the whole fleet, 0 to 1. */
  readonly utilisation: {
    readonly cpu: number;
    readonly memory: number;
    readonly devices: number;
  };
}

/** A running simulation. */
interface Run {
  readonly index: FleetIndex;
  readonly meter: UsageMeter;
  readonly placed: Map<
    TraceRequest,
    { readonly request: PlacementRequest; readonly plan: PlacementPlan }
  >;
}

/**
 * Simulates a trace. A VM that departs makes room for VMs that arrive at the same moment.
 * @param clocked - calls the given function and returns its result; a caller with a clock times the
 *   decisions with it
 * @returns the outcome; or `validation-failed` for the first invalid request
 */
export function simulateTrace(
  { nodes, requests, strategy, constraints = {} }: Trace,
  env: Env,
  clocked: <T>(decide: () => T) => T = (decide) => decide(),
): Result<TraceOutcome, Problem> {
  const run: Run = {
    index: makeFleetIndex({ nodes, peers: [] }),
    meter: makeUsageMeter(nodes),
    placed: new Map(),
  };
  const workload = findTypicalWorkload(requests);
  const rejectedByReason: Record<string, number> = {};
  const leave = departuresOf(requests, run);
  let placed = 0;
  for (const vm of inOrderOfArrival(requests)) {
    leave(arrivalOf(vm));
    const request: PlacementRequest = {
      vm,
      constraints: vm.constraints ?? constraints,
      strategy,
      workload,
    };
    const wrong = validateRequest(request);
    if (wrong !== undefined) return err(wrong);
    const tried = clocked(() => tryPlacement(openOverlay(run.index), request, env));
    if (tried.ok) {
      placed += 1;
      settle(run, { vm, request, plan: tried.value });
      continue;
    }
    const reason = mainReason(tried.error.byReason);
    rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + 1;
  }
  const rejected = requests.length - placed;
  return ok({ placed, rejected, rejectedByReason, ...run.meter.peak() });
}

function arrivalOf({ arrivesAt = Number.NEGATIVE_INFINITY }: TraceRequest): number {
  return arrivesAt;
}

function inOrderOfArrival(requests: readonly TraceRequest[]): readonly TraceRequest[] {
  if (requests.every(({ arrivesAt }) => arrivesAt === undefined)) return requests;
  // The sort is stable: those of one moment stay in the order of the trace.
  return [...requests].sort((left, right) =>
    arrivalOf(left) < arrivalOf(right) ? -1 : Number(arrivalOf(left) > arrivalOf(right)),
  );
}

/** Removes all VMs that depart up to a moment. */
function departuresOf(requests: readonly TraceRequest[], run: Run): (now: number) => void {
  const leaving = requests
    .flatMap((request) =>
      request.departsAt === undefined ? [] : [{ request, at: request.departsAt }],
    )
    .sort((left, right) => left.at - right.at);
  let next = 0;
  return (now) => {
    for (let each = leaving[next]; each !== undefined && each.at <= now; each = leaving[next]) {
      depart(run, each.request);
      next += 1;
    }
  };
}

function settle(
  run: Run,
  {
    vm,
    request,
    plan,
  }: {
    readonly vm: TraceRequest;
    readonly request: PlacementRequest;
    readonly plan: PlacementPlan;
  },
): void {
  placeOnIndex(run.index, request, plan);
  run.meter.count(vm, plan.nodeId, 1);
  run.placed.set(vm, { request, plan });
  // A VM that departs at the moment of its arrival would be too late for the departures.
  if (vm.departsAt !== undefined && vm.departsAt <= arrivalOf(vm)) depart(run, vm);
}

function depart(run: Run, vm: TraceRequest): void {
  const held = run.placed.get(vm);
  if (held === undefined) return;
  run.placed.delete(vm);
  run.meter.count(vm, held.plan.nodeId, -1);
  removeFromIndex(run.index, held.request, held.plan);
}
