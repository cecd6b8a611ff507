// Which variables a term needs, and which it gives, when it is evaluated.

import type { ResolvedLiteral, ResolvedTerm } from './resolved-tree.ts';

/** The variables that have a value at some point of a body. */
type Bound = ReadonlySet<number>;

/** Calls `visit` for each variable a term uses, inside closures only for captured ones. */
export function visitLocals(term: ResolvedTerm, visit: (id: number) => void): void {
  const all = (terms: readonly ResolvedTerm[]) => {
    for (const inner of terms) visitLocals(inner, visit);
  };
  switch (term.kind) {
    case 'const':
      return;
    case 'local':
      visit(term.id);
      return;
    case 'document':
      all(term.path);
      return;
    case 'ref':
      all([term.head, ...term.path]);
      return;
    case 'array':
    case 'set':
      all(term.items);
      return;
    case 'object':
      all(term.pairs.flat());
      return;
    case 'call':
      all(term.args);
      return;
    case 'comprehension':
      term.captures.forEach(visit);
      return;
  }
}

/** Whether a term can be evaluated: every variable has a value, or iterating gives it one. */
export function isReady(term: ResolvedTerm, bound: Bound): boolean {
  switch (term.kind) {
    case 'document':
      return term.path.every((part) => isPattern(part, bound));
    case 'ref':
      return isReady(term.head, bound) && term.path.every((part) => isPattern(part, bound));
    default:
      return isGround(term, bound);
  }
}

/** Whether every variable of a term has a value. */
function isGround(term: ResolvedTerm, bound: Bound): boolean {
  let ground = true;
  visitLocals(term, (id) => {
    if (!bound.has(id)) ground = false;
  });
  return ground;
}

/** Whether a value can be matched against a term, giving its variables their values. */
export function isPattern(term: ResolvedTerm, bound: Bound): boolean {
  switch (term.kind) {
    case 'local':
      return true;
    case 'array':
      return term.items.every((item) => isPattern(item, bound));
    case 'object':
      return term.pairs.every(([key, value]) => isGround(key, bound) && isPattern(value, bound));
    default:
      return isReady(term, bound);
  }
}

/** Whether `left = right` can be evaluated. */
function isUnifiable(left: ResolvedTerm, right: ResolvedTerm, bound: Bound): boolean {
  if (isReady(left, bound) && isPattern(right, bound)) return true;
  if (isReady(right, bound) && isPattern(left, bound)) return true;
  return unifySteps(left, right, bound) !== undefined;
}

/**
 * Splits `[a, b] = [c, d]` into `a = c` and `b = d` where neither side is known, in an order that
 * works; undefined when there is none.
 */
export function unifySteps(
  left: ResolvedTerm,
  right: ResolvedTerm,
  bound: Bound,
): readonly UnifyStep[] | undefined {
  const pairs = pairUp(left, right, bound);
  if (!pairs) return undefined;
  const steps: UnifyStep[] = [];
  const known = new Set(bound);
  let rest = pairs;
  while (rest.length > 0) {
    const next = rest.find(([a, b]) => isUnifiable(a, b, known));
    if (!next) return undefined;
    steps.push(next);
    for (const term of next) visitLocals(term, (id) => known.add(id));
    rest = rest.filter((pair) => pair !== next);
  }
  return steps;
}

/** Two terms that must be equal. */
type UnifyStep = readonly [ResolvedTerm, ResolvedTerm];

function pairUp(
  left: ResolvedTerm,
  right: ResolvedTerm,
  bound: Bound,
): readonly UnifyStep[] | undefined {
  if (left.kind === 'array' && right.kind === 'array') {
    if (left.items.length !== right.items.length) return undefined;
    return left.items.flatMap((item, index) => {
      const other = right.items[index];
      return other ? [[item, other] as const] : [];
    });
  }
  if (left.kind !== 'object' || right.kind !== 'object') return undefined;
  if (left.pairs.length !== right.pairs.length) return undefined;
  const pairs: UnifyStep[] = [];
  for (const [key, value] of left.pairs) {
    const other = right.pairs.find(([otherKey]) => sameKey(key, otherKey, bound));
    if (!other) return undefined;
    pairs.push([value, other[1]]);
  }
  return pairs;
}

function sameKey(a: ResolvedTerm, b: ResolvedTerm, bound: Bound): boolean {
  if (a.kind === 'const' && b.kind === 'const') return a.value === b.value;
  return a.kind === 'local' && b.kind === 'local' && a.id === b.id && bound.has(a.id);
}

/** Whether a literal can be evaluated now. */
export function isLiteralReady(literal: ResolvedLiteral, bound: Bound): boolean {
  switch (literal.kind) {
    case 'expr':
      return isReady(literal.term, bound);
    case 'unify':
      return isUnifiable(literal.left, literal.right, bound);
    case 'some-in':
      return (
        isReady(literal.collection, bound) &&
        isPattern(literal.value, bound) &&
        (!literal.key || isPattern(literal.key, bound))
      );
    case 'every':
      return isReady(literal.collection, bound) && hasAll(bound, literal.captures);
    case 'not':
      return hasAll(bound, literal.captures);
    case 'with':
      return literal.modifiers.every(
        ({ replacement }) => replacement.kind === 'function' || isReady(replacement.term, bound),
      );
  }
}

function hasAll(bound: Bound, ids: ReadonlySet<number>): boolean {
  return [...ids].every((id) => bound.has(id));
}

/** Calls `visit` for each variable that a literal uses or gives a value. */
export function visitLiteralLocals(literal: ResolvedLiteral, visit: (id: number) => void): void {
  const term = (each: ResolvedTerm | undefined) => each && visitLocals(each, visit);
  switch (literal.kind) {
    case 'expr':
      term(literal.term);
      return;
    case 'unify':
      term(literal.left);
      term(literal.right);
      return;
    case 'some-in':
      term(literal.key);
      term(literal.value);
      term(literal.collection);
      return;
    case 'every':
      term(literal.collection);
      literal.captures.forEach(visit);
      return;
    case 'not':
      literal.captures.forEach(visit);
      return;
    case 'with':
      for (const { replacement } of literal.modifiers) {
        if (replacement.kind === 'value') term(replacement.term);
      }
      for (const inner of literal.body) visitLiteralLocals(inner, visit);
  }
}
