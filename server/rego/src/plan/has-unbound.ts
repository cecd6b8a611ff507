// Whether a pattern gives variables their values, or only compares.

import { visitLocals } from '../check/bound-variables.ts';
import type { ResolvedTerm } from '../check/resolved-tree.ts';
import type { Planner } from './planner.ts';

/** Whether a term that is matched has a variable without a value. */
export function hasUnbound(planner: Planner, term: ResolvedTerm): boolean {
  let unbound = false;
  visitLocals(term, (id) => {
    if (!planner.bound.has(id)) unbound = true;
  });
  return unbound;
}
