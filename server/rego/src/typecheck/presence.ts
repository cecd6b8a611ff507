// Whether a reference always has a value, and which of its keys may be missing.

import type { ResolvedTerm } from '../check/resolved-tree.ts';
import { ANY, alternatives, findProperty, type RegoType } from './rego-type.ts';
import { selectKey } from './select-type.ts';
import type { TypeScope } from './type-scope.ts';

/** The type of a reference that always has a value; undefined where it may have none. */
export function typeIfPresent(scope: TypeScope, term: ResolvedTerm): RegoType | undefined {
  const start = startOf(scope, term);
  if (start === undefined) return undefined;
  let type: RegoType | undefined = start.type;
  for (const part of start.path) {
    if (type === undefined || !hasAlways(type, part)) return undefined;
    type = part.kind === 'const' ? selectKey(type, part.value) : undefined;
  }
  return type;
}

/** Whether a reference ends at a key that its author may choose, such as that of a label. */
export function mayBeMissing(scope: TypeScope, term: ResolvedTerm): boolean {
  const start = startOf(scope, term);
  let type: RegoType | undefined = start?.type;
  for (const part of start?.path ?? []) {
    if (type === undefined || part.kind !== 'const') return false;
    const { value } = part;
    const isOpen = alternatives(type).some(
      (each) => each.kind === 'object' && each.rest !== undefined && !findProperty(each, value),
    );
    if (isOpen) return true;
    type = selectKey(type, value);
  }
  return false;
}

/** The part of a reference that may be null, so that nothing is below it; undefined if none may. */
export function nullablePart(scope: TypeScope, term: ResolvedTerm): ResolvedTerm | undefined {
  const start = startOf(scope, term);
  if (start === undefined || (term.kind !== 'document' && term.kind !== 'ref')) return undefined;
  let { type } = start;
  for (const [at, part] of start.path.entries()) {
    const kinds = alternatives(type).map(({ kind }) => kind);
    if (kinds.includes('null') && kinds.length > 1) {
      return { ...term, path: start.path.slice(0, at) };
    }
    const below = part.kind === 'const' ? selectKey(type, part.value) : undefined;
    if (below === undefined) return undefined;
    type = below;
  }
  return undefined;
}

/** A reference to the input, or to what a variable is. */
function startOf(scope: TypeScope, term: ResolvedTerm) {
  if (term.kind === 'document' && term.root === 'input') {
    return { type: scope.documents.input, path: term.path };
  }
  if (term.kind !== 'ref' || term.head.kind !== 'local') return undefined;
  return { type: scope.types.get(term.head.id) ?? ANY, path: term.path };
}

function hasAlways(type: RegoType, part: ResolvedTerm): boolean {
  if (part.kind !== 'const' || typeof part.value !== 'string') return false;
  const { value } = part;
  return alternatives(type).every((each) => each.kind === 'object' && each.always.includes(value));
}
