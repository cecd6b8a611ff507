// Comparisons with constants: what is written down must be among the values that a schema lists.

import type { ResolvedTerm } from '../check/resolved-tree.ts';
import { nearName } from '../syntax/near-name.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { alternatives, isListOrMap, type RegoType, type StringType } from './rego-type.ts';
import { membersOf } from './select-type.ts';
import { termText } from './term-text.ts';
import type { TypeScope } from './type-scope.ts';

/** One side of a comparison. */
export type Side = { readonly term: ResolvedTerm; readonly type: RegoType };

/** Values of a closed list that a message names. */
const VALUES_NAMED_MAX = 8;

/**
 * Reports constants that can never be what they are compared with.
 *
 * @returns whether it reported any
 */
export function checkComparison(
  scope: TypeScope,
  [left, right]: readonly [Side, Side],
  at: Position,
): boolean {
  const [one, other] = [
    [left, right],
    [right, left],
  ] as const;
  return [checkNull, checkSides].some(
    (check) => check(scope, ...one, at) || check(scope, ...other, at),
  );
}

/** Reports a list or a map that is compared with null, although it is empty then. */
function checkNull(scope: TypeScope, open: Side, { term }: Side, at: Position): boolean {
  if (scope.warn === undefined || term.kind !== 'const' || term.value !== null) return false;
  const name = termText(open.term, scope.locals);
  if (open.term.kind !== 'const' && alternatives(open.type).every(({ kind }) => kind === 'null')) {
    scope.report(at, `${name} is always null here.`);
    return true;
  }
  if (!alternatives(open.type).every(isListOrMap)) return false;
  const advice = `Write \`count(${name}) == 0\`.`;
  scope.report(at, `${name} is never null: it is empty if it is not given. ${advice}`);
  return true;
}

/** Reports members of a collection that `value in collection` can never find. */
export function checkMembership(
  scope: TypeScope,
  value: Side,
  collection: Side,
  at: Position,
): void {
  const members = membersOf(collection.type);
  if (members) checkSides(scope, value, { term: collection.term, type: members }, at);
}

/** Reports keys of a table or a set that it is never asked for: `limits[input.action]`. */
export function checkKey(scope: TypeScope, key: Side, keys: RegoType, at: Position): void {
  checkSides(scope, key, { term: key.term, type: keys }, at);
}

function checkSides(scope: TypeScope, open: Side, other: Side, at: Position): boolean {
  const listed = closedValues(open.type);
  const constants = constantsOf(other.type);
  if (!listed || !constants) return false;
  const never = constants.filter((value) => !listed.includes(value));
  const all = never.length === constants.length || isWritten(other.term);
  // A list that a rule defines may serve several comparisons: only its misspelt members are wrong.
  const wrong = all ? never : never.filter((value) => nearName(value, listed) !== undefined);
  const name = termText(open.term, scope.locals);
  for (const value of wrong) {
    scope.report(at, `${name} is never ${JSON.stringify(value)}${describeValues(value, listed)}`);
  }
  return wrong.length > 0;
}

function describeValues(value: string, listed: readonly string[]): string {
  const near = nearName(value, listed);
  if (near !== undefined) return `; did you mean ${JSON.stringify(near)}?`;
  const named = listed.slice(0, VALUES_NAMED_MAX).map((each) => JSON.stringify(each));
  const others = listed.length - named.length;
  return `: it is one of ${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}.`;
}

// All that a value can be, where a schema lists that; what else it can be is no string.
function closedValues(type: RegoType): readonly string[] | undefined {
  const strings = stringsOf(type);
  return strings?.origin === 'schema' ? strings.values : undefined;
}

function constantsOf(type: RegoType): readonly string[] | undefined {
  const strings = stringsOf(type);
  return strings?.origin === 'constant' ? strings.values : undefined;
}

function stringsOf(type: RegoType): StringType | undefined {
  return alternatives(type).find((each): each is StringType => each.kind === 'string');
}

// Whether a collection stands in the comparison itself.
function isWritten({ kind }: ResolvedTerm): boolean {
  return kind === 'const' || kind === 'set' || kind === 'array' || kind === 'object';
}
