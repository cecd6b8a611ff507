// Plans matching a value against a pattern, and unification.

import { isPattern, isReady, unifySteps } from '../check/bound-variables.ts';
import type { ResolvedTerm } from '../check/resolved-tree.ts';
import { hasUnbound } from './has-unbound.ts';
import type { Operand } from './ir.ts';
import { constant, emit, emitGet, type Planner } from './planner.ts';

/** Plans `pattern = value`; variables of the pattern that have no value get one for `next`. */
export function planMatch(
  planner: Planner,
  pattern: ResolvedTerm,
  value: Operand,
  next: () => void,
): void {
  if (pattern.kind === 'local' && !planner.bound.has(pattern.id)) {
    planner.bound.set(pattern.id, value);
    next();
    planner.bound.delete(pattern.id);
    return;
  }
  if (pattern.kind === 'array' && hasUnbound(planner, pattern)) {
    matchArray(planner, pattern.items, value, next);
    return;
  }
  if (pattern.kind === 'object' && hasUnbound(planner, pattern)) {
    matchObject(planner, pattern.pairs, value, next);
    return;
  }
  planner.program.parts.term(planner, pattern, (right) => {
    emit(planner, { kind: 'compare', relation: 'equal', left: value, right, fail: planner.fail });
    next();
  });
}

function matchArray(
  planner: Planner,
  items: readonly ResolvedTerm[],
  source: Operand,
  next: () => void,
): void {
  const { fail } = planner;
  emit(planner, { kind: 'shape', source, shape: 'array', size: items.length, fail });
  const step = (index: number): void => {
    const item = items[index];
    if (!item) {
      next();
      return;
    }
    const value = emitGet(planner, source, constant(planner.program, index));
    planMatch(planner, item, value, () => step(index + 1));
  };
  step(0);
}

function matchObject(
  planner: Planner,
  pairs: readonly (readonly [ResolvedTerm, ResolvedTerm])[],
  source: Operand,
  next: () => void,
): void {
  const { fail } = planner;
  emit(planner, { kind: 'shape', source, shape: 'object', size: pairs.length, fail });
  const step = (index: number): void => {
    const pair = pairs[index];
    if (!pair) {
      next();
      return;
    }
    planner.program.parts.term(planner, pair[0], (key) => {
      planMatch(planner, pair[1], emitGet(planner, source, key), () => step(index + 1));
    });
  };
  step(0);
}

/** Plans `left = right`. */
export function planUnify(
  planner: Planner,
  left: ResolvedTerm,
  right: ResolvedTerm,
  next: () => void,
): void {
  const bound = new Set(planner.bound.keys());
  const { term } = planner.program.parts;
  if (isReady(right, bound) && isPattern(left, bound)) {
    term(planner, right, (value) => planMatch(planner, left, value, next));
    return;
  }
  if (isReady(left, bound) && isPattern(right, bound)) {
    term(planner, left, (value) => planMatch(planner, right, value, next));
    return;
  }
  const steps = unifySteps(left, right, bound);
  if (!steps) throw new Error('The safety check let an impossible unification through.');
  const step = (index: number): void => {
    const pair = steps[index];
    if (!pair) {
      next();
      return;
    }
    planUnify(planner, pair[0], pair[1], () => step(index + 1));
  };
  step(0);
}
