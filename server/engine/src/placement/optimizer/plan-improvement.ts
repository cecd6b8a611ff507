/** Plans which VMs should move where, and in which order. See README.md. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { Amounts } from '../place/model/placement.ts';
import { describeMove, type FleetState, makeFleetState, undoMoves } from './fleet/fleet-state.ts';
import { type Imbalance, measureImbalance } from './fleet/measure-imbalance.ts';
import type {
  FleetSummary,
  ImbalanceWeights,
  ImprovementInput,
  ImprovementPlan,
  KeptNode,
  LeftVm,
  PlannedMove,
} from './model/optimizer.ts';
import { consolidateFleet } from './rules/consolidate-fleet.ts';
import { countSlots } from './rules/count-slots.ts';
import { defragmentFleet } from './rules/defragment-fleet.ts';
import { drainNode } from './rules/drain-node.ts';
import type { UnmovedVm } from './rules/empty-node.ts';
import { nodesInUse, priceMoves } from './rules/price-moves.ts';
import { rebalanceFleet } from './rules/rebalance-fleet.ts';
import { reduceCost } from './rules/reduce-cost.ts';
import { shortenMoves } from './rules/shorten-moves.ts';

/** Copy rate of a migration on a shared network of 10 Gbit/s. */
const COPY_MIB_PER_SECOND = 500;

/** The size that defragmenting works for in a fleet without VMs. */
const SIZE_SMALLEST: Amounts = { cpuCores: 1, memoryMib: 1024, diskGb: 10 };

/**
 * Plans live migrations that bring a fleet nearer to a goal.
 * @returns moves in the order in which they have to be made, none at all where nothing is gained;
 *   `validation-failed` for a node that is unknown or for figures out of range
 * @remarks The same input gives the same plan. Every hard rule holds before, during and after each
 *   move, N+1 among them, and no move makes a node unsafe that was safe.
 */
export function planImprovement(input: ImprovementInput): Result<ImprovementPlan, Problem> {
  const wrong = checkInput(input);
  if (wrong !== undefined) return err(wrong);
  const { goal } = input;
  const size = sizeOf(input);
  const weights = goal.kind === 'rebalance' ? goal.weights : undefined;
  const state = makeFleetState(input);
  const before = standingOf(state, size, weights);
  const usedBefore = nodesInUse(state);
  const done = pursueGoal(state, input, size);
  const after = standingOf(state, size, weights);
  const cost = priceMoves(state, input, {
    before: usedBefore,
    copyMibPerSecond: COPY_MIB_PER_SECOND,
  });
  const moves = replayMoves(state, weights);
  const copiedMib = moves.reduce((sum, { memoryMib }) => sum + memoryMib, 0);
  return ok({
    goal,
    moves,
    before,
    after,
    copiedMib,
    cost,
    emptied: done.emptied.map((node) => state.nodes[node]?.name ?? ''),
    left: done.stayed.map((each) => toLeft(state, each)),
    kept: done.kept ?? [],
    durationS: copiedMib / COPY_MIB_PER_SECOND,
  });
}

function checkInput({ goal, nodes, movesMax }: ImprovementInput): Problem | undefined {
  if (!Number.isInteger(movesMax) || movesMax < 0) {
    return invalid('moves_max', 'must be a whole number, 0 or more', `not ${movesMax}`);
  }
  if (goal.kind === 'drain' && !nodes.some(({ name }) => name === goal.node)) {
    return invalid('node', `there is no node ${goal.node}`, 'so it cannot be drained');
  }
  if ('headroomRatio' in goal && !(goal.headroomRatio >= 0 && goal.headroomRatio < 1)) {
    return invalid('headroom', 'must be 0 or more and below 1', `not ${goal.headroomRatio}`);
  }
  return undefined;
}

function invalid(path: string, message: string, why: string): Problem {
  return problem('validation-failed', {
    detail: `The improvement is not valid: ${path} ${message}, ${why}.`,
    remedy: `Correct ${path} and send the request again.`,
    fields: [{ path: [path], message }],
  });
}

function pursueGoal(
  state: FleetState,
  { goal, held = new Set() }: Pick<ImprovementInput, 'goal' | 'held'>,
  size: Amounts,
): {
  readonly emptied: readonly number[];
  readonly stayed: readonly UnmovedVm[];
  readonly kept?: readonly KeptNode[];
} {
  switch (goal.kind) {
    case 'drain': {
      const node = state.nodes.findIndex(({ name }) => name === goal.node);
      const stayed = drainNode(state, node);
      return { emptied: stayed.length === 0 ? [node] : [], stayed };
    }
    case 'rebalance':
      rebalanceFleet(state, goal.weights);
      return { emptied: [], stayed: [] };
    case 'consolidate':
    case 'reduce_cost': {
      const pursue = goal.kind === 'consolidate' ? consolidateFleet : reduceCost;
      return { ...pursue(state, { headroomRatio: goal.headroomRatio, held }), stayed: [] };
    }
    case 'defragment':
      defragmentFleet(state, size);
      shortenMoves(state);
      return { emptied: [], stayed: [] };
  }
}

/** Returns the requested size, or that of the largest VM in each dimension. */
function sizeOf({ goal, vms }: ImprovementInput): Amounts {
  if (goal.kind === 'defragment' && goal.size !== undefined) return goal.size;
  return vms.reduce(
    (most, { request: { vm } }) => ({
      cpuCores: Math.max(most.cpuCores, vm.cpuCores),
      memoryMib: Math.max(most.memoryMib, vm.memoryMib),
      diskGb: Math.max(most.diskGb, vm.diskGb),
    }),
    SIZE_SMALLEST,
  );
}

function standingOf(
  state: FleetState,
  size: Amounts,
  weights: ImbalanceWeights | undefined,
): FleetSummary {
  return {
    imbalance: measureImbalance(state, weights).total,
    nodesInUse: nodesInUse(state).size,
    slots: countSlots(state, size),
    unguarded: [...state.unguarded].map((node) => state.nodes[node]?.name ?? '').sort(),
  };
}

/** Returns the moves with the imbalance after each: all moves are undone and made once more. */
function replayMoves(
  state: FleetState,
  weights: ImbalanceWeights | undefined,
): readonly PlannedMove[] {
  const made = [...state.made];
  const totals: Imbalance[] = [];
  for (let left = made.length; left > 0; left -= 1) {
    totals.unshift(measureImbalance(state, weights));
    undoMoves(state, left - 1);
  }
  return made.map((move, at) => describeMove(state, move, totals[at]?.total ?? 0));
}

function toLeft({ vms }: FleetState, { vm, why, byFailover }: UnmovedVm): LeftVm {
  const each = vms[vm];
  assert(each !== undefined, 'a VM that stays is a VM of the fleet');
  const { id: vmId, tenantId } = each;
  assert(vmId !== undefined, 'a VM that stays is there');
  return { vmId, vm: each.request.vm.name, tenantId, why, byFailover };
}
