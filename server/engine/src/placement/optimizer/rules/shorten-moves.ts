/** Joins moves of one VM: a plan that moves a VM twice copies its memory twice. */
import { assert } from '@novacron/contract/result';
import { type FleetState, moveVm, undoMoves } from '../fleet/fleet-state.ts';

type Move = Pick<FleetState['made'][number], 'vm' | 'to'>;

/**
 * Moves each VM once, to where its last move takes it, unless another move needs the step between.
 * All nodes are in service as they were while the moves were made.
 */
export function shortenMoves(state: FleetState): void {
  for (let later = 1; later < state.made.length; later += 1) {
    if (joinWithEarlier(state, later)) later = 0;
  }
}

/** Returns whether a move has become one with the earlier move of its VM. */
function joinWithEarlier(state: FleetState, later: number): boolean {
  const made = [...state.made];
  const last = made[later];
  assert(last !== undefined, 'it is one of the moves');
  const earlier = made.slice(0, later).findLastIndex(({ vm }) => vm === last.vm);
  const first = made[earlier];
  if (first === undefined) return false;
  const between = made.slice(earlier + 1, later);
  const rest = made.slice(later + 1);
  const isBack = first.from === last.to;
  const shorter: readonly (readonly Move[])[] = isBack
    ? [[...between, ...rest]]
    : [
        [last, ...between, ...rest],
        [...between, last, ...rest],
      ];
  if (shorter.some((moves) => makeFrom(state, earlier, moves))) return true;
  const isRestored = makeFrom(state, earlier, made.slice(earlier));
  assert(isRestored, 'what was possible is possible again');
  return false;
}

/** Makes other moves from a place on; none of them where one is refused. */
function makeFrom(state: FleetState, place: number, moves: readonly Move[]): boolean {
  undoMoves(state, place);
  const isMade = moves.every(({ vm, to }) => moveVm(state, vm, to) === undefined);
  if (!isMade) undoMoves(state, place);
  return isMade;
}
