// Matching a term against a type: variables without a type get one.

import type { ResolvedTerm } from '../check/resolved-tree.ts';
import { compareValues } from '../values/rego-value.ts';
import { overlaps } from './overlap.ts';
import { ANY, alternatives, type RegoType, unionOf } from './rego-type.ts';
import { selectKey, selectType } from './select-type.ts';
import type { TypeScope } from './type-scope.ts';

/** Whether a value of the type can match the term. */
export function matchPattern(scope: TypeScope, term: ResolvedTerm, type: RegoType): boolean {
  if (term.kind === 'local' && !scope.types.has(term.id)) {
    scope.types.set(term.id, type);
    return true;
  }
  if (term.kind === 'array') return matchArray(scope, term.items, type);
  if (term.kind === 'object') return matchObject(scope, term.pairs, type);
  return overlaps(scope.inferTerm(scope, term), type);
}

function matchArray(scope: TypeScope, items: readonly ResolvedTerm[], type: RegoType): boolean {
  const arrays = alternatives(type).filter(
    (each) =>
      each.kind === 'any' ||
      (each.kind === 'array' &&
        each.items.length <= items.length &&
        (each.rest !== undefined || each.items.length === items.length)),
  );
  // All items are visited, so that each variable gets a type.
  const matches = items.map((item, index) => {
    const inner = arrays.map((each) => selectKey(each, index) ?? ANY);
    return matchPattern(scope, item, unionOf(inner));
  });
  return arrays.length > 0 && matches.every(Boolean);
}

function matchObject(
  scope: TypeScope,
  pairs: readonly (readonly [ResolvedTerm, ResolvedTerm])[],
  type: RegoType,
): boolean {
  const matches = pairs.map(([key, value]) => {
    const inner =
      key.kind === 'const'
        ? selectKey(type, key.value)
        : selectType(type, scope.inferTerm(scope, key));
    return matchPattern(scope, value, inner ?? ANY) && inner !== undefined;
  });
  return alternatives(type).some((each) => hasShape(each, pairs)) && matches.every(Boolean);
}

// A pattern with fixed keys names all keys that there are.
function hasShape(
  type: RegoType,
  pairs: readonly (readonly [ResolvedTerm, ResolvedTerm])[],
): boolean {
  if (type.kind !== 'object') return type.kind === 'any';
  const names = pairs.flatMap(([key]) => (key.kind === 'const' ? [key.value] : []));
  if (names.length < pairs.length || type.presence === 'optional') return true;
  return type.properties.every(({ key }) => names.some((name) => compareValues(name, key) === 0));
}

/** Whether two terms can be equal; whichever has variables without a type is the pattern. */
export function matchTerms(scope: TypeScope, left: ResolvedTerm, right: ResolvedTerm): boolean {
  if (left.kind === 'array' && right.kind === 'array') {
    const pairs = left.items.flatMap((item, index) => {
      const other = right.items[index];
      return other ? [matchTerms(scope, item, other)] : [];
    });
    return left.items.length === right.items.length && pairs.every(Boolean);
  }
  if (hasNewVariable(scope, left)) return matchPattern(scope, left, scope.inferTerm(scope, right));
  return matchPattern(scope, right, scope.inferTerm(scope, left));
}

function hasNewVariable(scope: TypeScope, term: ResolvedTerm): boolean {
  switch (term.kind) {
    case 'local':
      return !scope.types.has(term.id);
    case 'array':
      return term.items.some((item) => hasNewVariable(scope, item));
    case 'object':
      return term.pairs.some(([, value]) => hasNewVariable(scope, value));
    default:
      return false;
  }
}
