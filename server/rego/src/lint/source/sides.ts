// Comparisons and loops that several rules look for.

import type { ComprehensionTerm, Literal, Term } from '../../syntax/ast.ts';
import { isWildcardRef } from './names.ts';

/** Both sides of `a == b`, `a = b` or `a := b`; none of anything else. */
export function sidesOf(literal: Literal | undefined): readonly Term[] {
  if (literal?.kind === 'assign' || literal?.kind === 'unify') return [literal.left, literal.right];
  const call = literal?.kind === 'expr' ? literal.term : undefined;
  return call?.kind === 'call' && call.form === 'operator' && call.name[0] === 'equal'
    ? call.args
    : [];
}

/** Whether a comprehension only makes a set of a list: `{x | some x in list}`. */
export function isSetConversion({ shape, value, body }: ComprehensionTerm): boolean {
  const [only, ...more] = body;
  if (shape !== 'set' || value.kind !== 'var' || more.length > 0) return false;
  if (only?.kind === 'some-in') {
    return only.key === undefined && only.value.kind === 'var' && only.value.name === value.name;
  }
  const [left, right] = sidesOf(only);
  const isOwn = left?.kind === 'var' && left.name === value.name;
  return isOwn && right !== undefined && isWildcardRef(right);
}
