/** Places a whole trace on an empty fleet, one VM after another, and counts what came of it. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../env.ts';
import { checkAsk } from './check-ask.ts';
import { tryPlacement } from './decide-placement.ts';
import { type FleetIndex, makeFleetIndex } from './fleet/fleet-index.ts';
import { openOverlay, placeOnIndex, removeFromIndex } from './fleet/overlay.ts';
import { mainReason } from './main-reason.ts';
import type {
  PlacementAsk,
  PlacementConstraints,
  PlacementNode,
  PlacementPlan,
  PlacementStrategy,
  VmAsk,
} from './model.ts';
import { findTypicalWorkload } from './typical-workload.ts';
import { makeUseMeter, type UseMeter } from './use-meter.ts';

/** A VM of a trace. */
export interface TraceAsk extends VmAsk {
  /** Any unit, the same for the whole trace; VMs without a time come first, as they are listed. */
  readonly arrivesAt?: number | undefined;
  /** Not before it arrives; it stays where this is absent. */
  readonly departsAt?: number | undefined;
  /** What this VM insists on; that of the trace where it says nothing. */
  readonly constraints?: PlacementConstraints | undefined;
}

/** A fleet, and what it is asked for. */
export interface Trace {
  readonly nodes: readonly PlacementNode[];
  readonly asks: readonly TraceAsk[];
  readonly strategy: PlacementStrategy;
  readonly constraints?: PlacementConstraints | undefined;
}

/** What came of a trace. */
export interface TraceOutcome {
  readonly placed: number;
  readonly rejected: number;
  /** VMs rejected by reason; each counts under the reason that refused most nodes. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Most nodes that held something at the same time. */
  readonly nodesUsed: number;
  /** Most that was allocated at the same time over the capacity of the whole fleet, 0 to 1. */
  readonly utilisation: {
    readonly cpu: number;
    readonly memory: number;
    readonly devices: number;
  };
}

/** A simulation under way. */
interface Run {
  readonly index: FleetIndex;
  readonly meter: UseMeter;
  readonly placed: Map<TraceAsk, { readonly ask: PlacementAsk; readonly plan: PlacementPlan }>;
}

/**
 * Simulates a trace. Where VMs depart, who leaves at a moment makes room for who arrives then.
 * @param clocked - calls what it is given and answers its answer; lets a caller that has a clock
 *   time the decisions
 * @returns the outcome; or `validation-failed` for the first ask that makes no sense
 */
export function simulateTrace(
  { nodes, asks, strategy, constraints = {} }: Trace,
  env: Env,
  clocked: <T>(decide: () => T) => T = (decide) => decide(),
): Result<TraceOutcome, Problem> {
  const run: Run = {
    index: makeFleetIndex({ nodes, peers: [] }),
    meter: makeUseMeter(nodes),
    placed: new Map(),
  };
  const workload = findTypicalWorkload(asks);
  const rejectedByReason: Record<string, number> = {};
  const leave = departuresOf(asks, run);
  let placed = 0;
  for (const vm of inOrderOfArrival(asks)) {
    leave(arrivalOf(vm));
    const ask: PlacementAsk = {
      vm,
      constraints: vm.constraints ?? constraints,
      strategy,
      workload,
    };
    const wrong = checkAsk(ask);
    if (wrong !== undefined) return err(wrong);
    const tried = clocked(() => tryPlacement(openOverlay(run.index), ask, env));
    if (tried.ok) {
      placed += 1;
      settle(run, { vm, ask, plan: tried.value });
      continue;
    }
    const reason = mainReason(tried.error.byReason);
    rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + 1;
  }
  const rejected = asks.length - placed;
  return ok({ placed, rejected, rejectedByReason, ...run.meter.peak() });
}

function arrivalOf({ arrivesAt = Number.NEGATIVE_INFINITY }: TraceAsk): number {
  return arrivesAt;
}

function inOrderOfArrival(asks: readonly TraceAsk[]): readonly TraceAsk[] {
  if (asks.every(({ arrivesAt }) => arrivesAt === undefined)) return asks;
  // The sort is stable: those of one moment stay in the order of the trace.
  return [...asks].sort((left, right) =>
    arrivalOf(left) < arrivalOf(right) ? -1 : Number(arrivalOf(left) > arrivalOf(right)),
  );
}

/** Lets everybody go who is to have left by a moment. */
function departuresOf(asks: readonly TraceAsk[], run: Run): (now: number) => void {
  const leaving = asks
    .flatMap((ask) => (ask.departsAt === undefined ? [] : [{ ask, at: ask.departsAt }]))
    .sort((left, right) => left.at - right.at);
  let next = 0;
  return (now) => {
    for (let each = leaving[next]; each !== undefined && each.at <= now; each = leaving[next]) {
      depart(run, each.ask);
      next += 1;
    }
  };
}

function settle(
  run: Run,
  {
    vm,
    ask,
    plan,
  }: { readonly vm: TraceAsk; readonly ask: PlacementAsk; readonly plan: PlacementPlan },
): void {
  placeOnIndex(run.index, ask, plan);
  run.meter.count(vm, plan.nodeId, 1);
  run.placed.set(vm, { ask, plan });
  // Who leaves at the moment of its arrival has had its turn among the departures already.
  if (vm.departsAt !== undefined && vm.departsAt <= arrivalOf(vm)) depart(run, vm);
}

function depart(run: Run, vm: TraceAsk): void {
  const held = run.placed.get(vm);
  if (held === undefined) return;
  run.placed.delete(vm);
  run.meter.count(vm, held.plan.nodeId, -1);
  removeFromIndex(run.index, held.ask, held.plan);
}
