// What a body says of its input itself: members that it compares with constants.

import type { ResolvedLiteral, ResolvedTerm } from '../check/resolved-tree.ts';
import { isArray, isSet, type RegoValue } from '../values/rego-value.ts';

/** The strings that a member of `input` can be, by its path: `resource.type`. */
export type KnownInput = Readonly<Record<string, readonly string[]>>;

/** Reads lines such as `input.action == "a"` and `input.action in {"a", "b"}`. */
export function readKnownInput(body: readonly ResolvedLiteral[]): KnownInput {
  const known: Record<string, readonly string[]> = {};
  for (const literal of body) {
    const [path, values] = readLine(literal) ?? [];
    if (path === undefined || values === undefined) continue;
    known[path] = known[path]?.filter((value) => values.includes(value)) ?? values;
  }
  return known;
}

type Line = readonly [path: string, values: readonly string[]];

function readLine(literal: ResolvedLiteral): Line | undefined {
  if (literal.kind === 'unify') {
    return readSides(literal.left, literal.right) ?? readSides(literal.right, literal.left);
  }
  if (literal.kind !== 'expr' || literal.term.kind !== 'call') return undefined;
  const { target, args } = literal.term;
  const [left, right] = args;
  if (target.kind !== 'builtin' || left === undefined || right === undefined) return undefined;
  if (target.name === 'internal.member_2') return readMembership(left, right);
  if (target.name !== 'equal') return undefined;
  return readSides(left, right) ?? readSides(right, left);
}

function readSides(open: ResolvedTerm, other: ResolvedTerm): Line | undefined {
  const path = pathOf(open);
  return path !== undefined && other.kind === 'const' && typeof other.value === 'string'
    ? [path, [other.value]]
    : undefined;
}

function readMembership(open: ResolvedTerm, collection: ResolvedTerm): Line | undefined {
  const path = pathOf(open);
  const values = stringsOf(collection);
  return path === undefined || values === undefined ? undefined : [path, values];
}

function stringsOf(term: ResolvedTerm): readonly string[] | undefined {
  const members = membersOf(term);
  const strings = members?.filter((each) => typeof each === 'string');
  return strings?.length === members?.length ? strings : undefined;
}

function membersOf(term: ResolvedTerm): readonly RegoValue[] | undefined {
  if (term.kind === 'array' || term.kind === 'set') {
    const constants = term.items.flatMap((each) => (each.kind === 'const' ? [each.value] : []));
    return constants.length === term.items.length ? constants : undefined;
  }
  if (term.kind !== 'const') return undefined;
  if (isArray(term.value)) return term.value;
  return isSet(term.value) ? term.value.items : undefined;
}

function pathOf(term: ResolvedTerm): string | undefined {
  if (term.kind !== 'document' || term.root !== 'input') return undefined;
  const names = term.path.flatMap((part) =>
    part.kind === 'const' && typeof part.value === 'string' ? [part.value] : [],
  );
  return names.length === term.path.length ? names.join('.') : undefined;
}
