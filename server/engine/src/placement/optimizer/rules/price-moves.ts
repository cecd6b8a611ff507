/** Prices a plan: what it saves per hour, and what its moves cost. */
import type { Micros } from '../../../cost/model/price-list.ts';
import { DIMENSIONS } from '../fleet/fleet-layout.ts';
import type { FleetState } from '../fleet/fleet-state.ts';
import type { ImprovementInput, PlanCost } from '../model/optimizer.ts';

const SECONDS_PER_HOUR = 3_600;

type Move = FleetState['made'][number];

/** Places of the nodes with VMs. */
export function nodesInUse({ residents }: FleetState): ReadonlySet<number> {
  return new Set(residents.flatMap((vms, node) => (vms.size > 0 ? [node] : [])));
}

/**
 * Prices the moves that were made.
 * @param before - nodes with VMs before the moves
 * @param copyMibPerSecond - speed of a move
 */
export function priceMoves(
  state: FleetState,
  { goal, prices }: Pick<ImprovementInput, 'goal' | 'prices'>,
  {
    before,
    copyMibPerSecond,
  }: {
    readonly before: ReadonlySet<number>;
    readonly copyMibPerSecond: number;
  },
): PlanCost {
  const currency = prices?.currency ?? null;
  const after = nodesInUse(state);
  const emptied = [...before].filter((node) => !after.has(node));
  const filled = [...after].filter((node) => !before.has(node));
  const isUnknown = (node: number) => state.rates[node] === undefined;
  // Nodes that stay in use do not change the cost; of a goal about costs some have to be known.
  const changed = goal.kind === 'reduce_cost' && [...before].every(isUnknown) ? before : [];
  const unpriced = [...new Set([...changed, ...emptied, ...filled])].filter(isUnknown);
  const unknown = whyUnknown(state, unpriced, prices);
  if (unknown !== null)
    return { currency, savings: null, moves: null, paybackHours: null, unknown };
  const savings = sumOf(state, emptied) - sumOf(state, filled);
  const moves = costOfMoves(state, new Set(emptied), copyMibPerSecond);
  const paybackHours = moves === null || savings <= 0 ? null : moves / savings;
  return {
    currency,
    savings,
    moves: moves === null ? null : Math.round(moves),
    paybackHours,
    unknown,
  };
}

function whyUnknown(
  { nodes }: FleetState,
  unpriced: readonly number[],
  prices: ImprovementInput['prices'],
): string | null {
  if (prices === undefined) return 'there is no price list';
  if (unpriced.length === 0) return null;
  const names = unpriced.map((node) => nodes[node]?.name).join(', ');
  return `the price list ${prices.list} does not say what ${names} cost (node_classes, node)`;
}

/**
 * While a VM moves, it also has its share of the next node, and each node that is to be emptied is
 * still in use.
 */
function costOfMoves(
  state: FleetState,
  emptied: ReadonlySet<number>,
  copyMibPerSecond: number,
): Micros | null {
  const waiting = new Map([...emptied].map((node) => [node, lastMoveOff(state, node)]));
  let sum = 0;
  for (const [at, move] of state.made.entries()) {
    const rate = state.rates[move.to];
    if (rate === undefined) return null;
    const inUse = [...waiting].flatMap(([node, last]) => (last >= at ? [node] : []));
    const perHour = shareOf(state, move) * rate + sumOf(state, inUse);
    sum += (copiedMib(state, move) / copyMibPerSecond / SECONDS_PER_HOUR) * perHour;
  }
  return sum;
}

function lastMoveOff({ made }: FleetState, node: number): number {
  return made.findLastIndex(({ from }) => from === node);
}

function copiedMib({ vms }: FleetState, { vm }: Move): number {
  const moved = vms[vm];
  return moved?.power === 'off' ? 0 : (moved?.request.vm.memoryMib ?? 0);
}

/** The larger of the shares of a node's cores and memory that a VM has. */
function shareOf({ asked, capacity }: FleetState, { vm, to }: Move): number {
  const [cpu, memory] = [0, 1].map((at) => {
    const all = Math.max(1, capacity[to * DIMENSIONS + at] ?? 0);
    return (asked[vm * DIMENSIONS + at] ?? 0) / all;
  });
  return Math.max(cpu ?? 0, memory ?? 0);
}

function sumOf({ rates }: FleetState, nodes: readonly number[]): Micros {
  return nodes.reduce((sum, node) => sum + (rates[node] ?? 0), 0);
}
