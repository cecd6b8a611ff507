/** The choice among actions, which are bits in the order of `ACTIONS`. */
import type { ActionName } from '../model/decision.ts';
import { ACTIONS } from '../shield/actions.ts';

/** The allowed action with the highest value; of equal ones the first; -1 if none is allowed. */
export function pickBest(values: Float64Array, first: number, allowed: number): number {
  let best = -1;
  for (let action = 0; allowed >> action > 0; action += 1) {
    if ((allowed & (1 << action)) === 0) continue;
    if (best < 0 || (values[first + action] ?? 0) > (values[first + best] ?? 0)) best = action;
  }
  return best;
}

/** Actions as bits. */
export function bitsOf(allowed: readonly ActionName[]): number {
  return allowed.reduce((bits, action) => bits | (1 << ACTIONS.indexOf(action)), 0);
}
