// Plans bodies: each literal inside what the one before it iterates over.

import type { EveryLiteral, ResolvedLiteral, ResolvedTerm } from '../check/resolved-tree.ts';
import { explainLiteral } from './explain.ts';
import type { Relation } from './ir.ts';
import { planMatch, planUnify } from './plan-match.ts';
import { planTerm, planTerms } from './plan-term.ts';
import { planWith } from './plan-with.ts';
import { emit, emitProbe, inBlock, inScan, isExplained, local, type Planner } from './planner.ts';

/** Plans a body; `next` plans what happens each time all of it holds. */
export function planBody(
  planner: Planner,
  body: readonly ResolvedLiteral[],
  next: () => void,
): void {
  const step = (index: number): void => {
    const literal = body[index];
    if (!literal) {
      next();
      return;
    }
    planLiteral(planner, literal, () => step(index + 1));
  };
  step(0);
}

function planLiteral(planner: Planner, literal: ResolvedLiteral, next: () => void): void {
  const plan = (then: () => void) => planByKind(planner, literal, then);
  if (isExplained(planner)) {
    explainLiteral(planner, literal, plan, next);
    return;
  }
  emitProbe(planner, 'literal', literal.at);
  plan(next);
}

function planByKind(planner: Planner, literal: ResolvedLiteral, next: () => void): void {
  switch (literal.kind) {
    case 'expr':
      planExpression(planner, literal.term, next);
      return;
    case 'unify':
      planUnify(planner, literal.left, literal.right, next);
      return;
    case 'some-in':
      planSomeIn(planner, literal, next);
      return;
    case 'every':
      planEvery(planner, literal, next);
      return;
    case 'not':
      planNot(planner, literal.body, next);
      return;
    case 'with':
      planWith(planner, literal, next);
      return;
  }
}

const RELATIONS: ReadonlySet<string> = new Set<Relation>([
  'equal',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
]);

function isRelation(name: string): name is Relation {
  return RELATIONS.has(name);
}

function planExpression(planner: Planner, term: ResolvedTerm, next: () => void): void {
  const relation = term.kind === 'call' && term.target.kind === 'builtin' ? term.target.name : '';
  if (term.kind === 'call' && isRelation(relation)) {
    planTerms(planner, term.args, ([left, right]) => {
      if (!left || !right) return;
      emit(planner, { kind: 'compare', relation, left, right, fail: planner.fail });
      next();
    });
    return;
  }
  planTerm(planner, term, (source) => {
    emit(planner, { kind: 'holds', source, fail: planner.fail });
    next();
  });
}

function planSomeIn(
  planner: Planner,
  literal: Extract<ResolvedLiteral, { kind: 'some-in' }>,
  next: () => void,
): void {
  planTerm(planner, literal.collection, (source) => {
    inScan(planner, source, (key, value) => {
      const matchValue = () => planMatch(planner, literal.value, local(value), next);
      if (literal.key) planMatch(planner, literal.key, local(key), matchValue);
      else matchValue();
    });
  });
}

// The body fails inside an inner block; where it holds, the loop goes on with the next member.
function planEvery(planner: Planner, literal: EveryLiteral, next: () => void): void {
  planTerm(planner, literal.collection, (source) => {
    const { fail } = planner;
    emit(planner, { kind: 'if-collection', source, fail });
    inScan(planner, source, (key, value, label) => {
      planner.bound.set(literal.value, local(value));
      if (literal.key !== undefined) planner.bound.set(literal.key, local(key));
      inBlock(planner, () => {
        planBody(planner, literal.body, () => emit(planner, { kind: 'jump', label }));
      });
      emit(planner, { kind: 'jump', label: fail });
      planner.bound.delete(literal.value);
      if (literal.key !== undefined) planner.bound.delete(literal.key);
    });
    next();
  });
}

function planNot(planner: Planner, body: readonly ResolvedLiteral[], next: () => void): void {
  const label = planner.fail;
  inBlock(planner, () => {
    planBody(planner, body, () => emit(planner, { kind: 'jump', label }));
  });
  next();
}
