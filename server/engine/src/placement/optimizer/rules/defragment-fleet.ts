/** Gathers scattered free room into pieces in which a VM of a given size fits. */
import type { Amounts } from '../../place/model/placement.ts';
import { DIMENSIONS } from '../fleet/fleet-layout.ts';
import { type FleetState, mayGo, moveVm, undoMoves } from '../fleet/fleet-state.ts';
import { countSlotsOn } from './count-slots.ts';

/** More moves for one piece cost more than they bring. */
const MOVES_PER_SLOT_MAX = 4;

/** Makes room for one VM more of the size, each time by the fewest moves, until none is gained. */
export function defragmentFleet(state: FleetState, size: Amounts): void {
  while (state.made.length < state.movesMax) {
    if (!gainSlot(state, size)) return;
  }
}

function gainSlot(state: FleetState, size: Amounts): boolean {
  const most = Math.min(MOVES_PER_SLOT_MAX, state.movesMax - state.made.length);
  for (let moves = 1; moves <= most; moves += 1) {
    for (let node = 0; node < state.nodes.length; node += 1) {
      if (clearSlot(state, node, { size, moves })) return true;
    }
  }
  return false;
}

/** Makes a given number of moves off a node if they make room for one more VM; otherwise none. */
function clearSlot(
  state: FleetState,
  node: number,
  { size, moves }: { readonly size: Amounts; readonly moves: number },
): boolean {
  if (state.inService[node] !== 1) return false;
  const wanted = countSlotsOn(state, node, size) + 1;
  const chosen = chooseVms(state, node, { size, moves, wanted });
  if (chosen === undefined) return false;
  const begun = state.made.length;
  for (const vm of chosen) {
    if (!sendWithoutLoss(state, vm, size)) {
      undoMoves(state, begun);
      return false;
    }
  }
  return true;
}

/**
 * Returns the smallest VM that frees enough together with larger ones; undefined where that number
 * is not enough.
 */
function chooseVms(
  state: FleetState,
  node: number,
  {
    size,
    moves,
    wanted,
  }: { readonly size: Amounts; readonly moves: number; readonly wanted: number },
): readonly number[] | undefined {
  const { vms, residents, asked } = state;
  const smallestFirst = [...(residents[node] ?? [])]
    .filter((vm) => vms[vm]?.immovable === undefined)
    .sort((left, right) => memoryOf(state, left) - memoryOf(state, right) || left - right);
  const chosen: number[] = [];
  const freed = new Array<number>(DIMENSIONS).fill(0);
  for (let left = moves; left > 0; left -= 1) {
    const rest = smallestFirst.filter((vm) => !chosen.includes(vm));
    const completes = (vm: number) =>
      countSlotsOn(
        state,
        node,
        size,
        freed.map((sum, at) => sum + (asked[vm * DIMENSIONS + at] ?? 0)),
      ) >= wanted;
    const next = rest.find(completes) ?? rest.at(-1);
    if (next === undefined) return undefined;
    const isDone = completes(next);
    chosen.push(next);
    for (const at of freed.keys()) {
      freed[at] = (freed[at] ?? 0) + (asked[next * DIMENSIONS + at] ?? 0);
    }
    if (isDone) return chosen;
  }
  return undefined;
}

/** Moves a VM to the node that it fills best, where no room for a VM of the size is lost. */
function sendWithoutLoss(state: FleetState, vm: number, size: Amounts): boolean {
  const { capacity, used, asked } = state;
  const taken = [0, 1, 2].map((at) => -(asked[vm * DIMENSIONS + at] ?? 0));
  const leftover = (to: number) =>
    (capacity[to * DIMENSIONS + 1] ?? 0) - (used[to * DIMENSIONS + 1] ?? 0);
  const targets = state.nodes
    .flatMap((_, to) => (mayGo(state, vm, to) ? [to] : []))
    .filter((to) => countSlotsOn(state, to, size, taken) === countSlotsOn(state, to, size))
    .sort((left, right) => leftover(left) - leftover(right) || left - right);
  return targets.some((to) => moveVm(state, vm, to) === undefined);
}

function memoryOf({ asked }: FleetState, vm: number): number {
  return asked[vm * DIMENSIONS + 1] ?? 0;
}
