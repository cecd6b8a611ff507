/** Places a whole trace on an empty fleet, one VM after another, and counts what came of it. */
import type { Problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../env.ts';
import { checkAsk } from './check-ask.ts';
import { tryPlacement } from './decide-placement.ts';
import { makeFleetIndex } from './fleet/fleet-index.ts';
import { openOverlay, placeOnIndex } from './fleet/overlay.ts';
import type {
  PlacementAsk,
  PlacementConstraints,
  PlacementNode,
  PlacementStrategy,
  VmAsk,
} from './model.ts';
import { findTypicalWorkload } from './typical-workload.ts';

/** A fleet, and what it is asked for in order of arrival; nobody leaves. */
export interface Trace {
  readonly nodes: readonly PlacementNode[];
  readonly asks: readonly VmAsk[];
  readonly strategy: PlacementStrategy;
  readonly constraints?: PlacementConstraints | undefined;
}

/** What came of a trace. */
export interface TraceOutcome {
  readonly placed: number;
  readonly rejected: number;
  /** VMs rejected by reason; each counts under the reason that refused most nodes. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Nodes that hold something. */
  readonly nodesUsed: number;
  /** Allocated over capacity of the whole fleet, 0 to 1; 0 of what it has none of. */
  readonly utilisation: {
    readonly cpu: number;
    readonly memory: number;
    readonly devices: number;
  };
}

/**
 * Simulates a trace.
 * @param clocked - calls what it is given and answers its answer; lets a caller that has a clock
 *   time the decisions
 * @returns the outcome; or `validation-failed` for the first ask that makes no sense
 */
export function simulateTrace(
  { nodes, asks, strategy, constraints = {} }: Trace,
  env: Env,
  clocked: <T>(decide: () => T) => T = (decide) => decide(),
): Result<TraceOutcome, Problem> {
  const index = makeFleetIndex({ nodes, peers: [] });
  const workload = findTypicalWorkload(asks);
  const rejectedByReason: Record<string, number> = {};
  let placed = 0;
  for (const vm of asks) {
    const ask: PlacementAsk = { vm, constraints, strategy, workload };
    const wrong = checkAsk(ask);
    if (wrong !== undefined) return err(wrong);
    const tried = clocked(() => tryPlacement(openOverlay(index), ask, env));
    if (tried.ok) {
      placeOnIndex(index, ask, tried.value);
      placed += 1;
      continue;
    }
    const reason = mainReason(tried.error.byReason);
    rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + 1;
  }
  const after = index.nodes.filter((node) => node !== undefined);
  return ok({
    placed,
    rejected: asks.length - placed,
    rejectedByReason,
    nodesUsed: after.filter(({ vmCount }) => vmCount > 0).length,
    utilisation: {
      cpu: ratioOf(after, (node) => [node.used.cpuCores, node.capacity.cpuCores]),
      memory: ratioOf(after, (node) => [node.used.memoryMib, node.capacity.memoryMib]),
      devices: ratioOf(after, usedDevices),
    },
  });
}

/** The reason that refused most nodes, by name where several did; a fleet of none has none. */
function mainReason(byReason: Readonly<Record<string, number>>): string {
  let most: readonly [string, number] = ['no-nodes', 0];
  for (const each of Object.entries(byReason)) if (each[1] > most[1]) most = each;
  return most[0];
}

function ratioOf(
  nodes: readonly PlacementNode[],
  amounts: (node: PlacementNode) => readonly [used: number, capacity: number],
): number {
  let used = 0;
  let capacity = 0;
  for (const node of nodes) {
    const [mine, all] = amounts(node);
    used += mine;
    capacity += all;
  }
  return capacity === 0 ? 0 : used / capacity;
}

function usedDevices({ devices = [] }: PlacementNode): readonly [number, number] {
  const free = devices.flatMap(({ freeMilli }) => freeMilli);
  const capacity = free.length * 1000;
  return [capacity - free.reduce((sum, milli) => sum + milli, 0), capacity];
}
