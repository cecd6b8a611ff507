// Conditions that a schema of the input decides: they hold always, or never.

import type { ResolvedLiteral, ResolvedTerm } from '../check/resolved-tree.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { mayBeMissing, typeIfPresent } from './presence.ts';
import { alternatives, isListOrMap, type RegoType } from './rego-type.ts';
import { termText } from './term-text.ts';
import type { TypeScope } from './type-scope.ts';

/** Reports a `not` of a value that is always there and never false. */
export function checkNegation(
  scope: TypeScope,
  body: readonly ResolvedLiteral[],
  at: Position,
): void {
  const [only, ...others] = body;
  if (only?.kind !== 'expr' || others.length > 0) return;
  const type = typeOfConstant(scope, only.term);
  if (type === undefined) return;
  const name = termText(only.term, scope.locals);
  scope.report(at, `\`not ${name}\` never holds: ${adviseOnAbsence(name, type)}`);
}

/** Reports a line that always holds, or that does not hold where its author expects it to. */
export function checkCondition(scope: TypeScope, term: ResolvedTerm, at: Position): void {
  if (scope.warn === undefined || scope.isNegated) return;
  if (term.kind === 'call') {
    checkLength(scope, term.target.kind === 'builtin' ? term.target.name : '', term.args, at);
    return;
  }
  const type = typeOfConstant(scope, term);
  if (type === undefined || !mayBeEmpty(type)) return;
  const name = termText(term, scope.locals);
  scope.report(at, `\`${name}\` always holds: ${adviseOnAbsence(name, type, 'present')}`);
}

/** Reports `<` and its like between values whose types decide their order. */
export function checkOrder(
  scope: TypeScope,
  [left, right]: readonly [RegoType, RegoType],
  { at, isLess }: { readonly at: Position; readonly isLess: boolean },
): void {
  if (scope.warn === undefined) return;
  const [lows, highs] = [ranksOf(left), ranksOf(right)];
  const isBelow = Math.max(...lows) < Math.min(...highs);
  const isAbove = Math.min(...lows) > Math.max(...highs);
  if (!isBelow && !isAbove) return;
  const outcome = isBelow === isLess ? 'always' : 'never';
  const sides = `${left.text} on the left, ${right.text} on the right`;
  const message = `This comparison ${outcome} holds, whatever the values are: ${sides}.`;
  scope.report(at, `${message} Compare values of one type.`);
}

/** The type of a term that is always true as a condition. */
function typeOfConstant(scope: TypeScope, term: ResolvedTerm): RegoType | undefined {
  const type = scope.warn && typeIfPresent(scope, term);
  const isOpen =
    type && alternatives(type).some(({ kind }) => kind === 'any' || kind === 'boolean');
  return isOpen ? undefined : type;
}

function adviseOnAbsence(name: string, type: RegoType, wanted: 'absent' | 'present' = 'absent') {
  const [equals, compares] = wanted === 'absent' ? ['==', '=='] : ['!=', '>'];
  if (isCollection(type)) {
    const write = `\`count(${name}) ${compares} 0\``;
    return `${name} is always set, and empty if it is not given. Write ${write}.`;
  }
  return `${name} is always set, and null if it is not given. Write \`${name} ${equals} null\`.`;
}

function mayBeEmpty(type: RegoType): boolean {
  return isCollection(type) || alternatives(type).some(({ kind }) => kind === 'null');
}

// Objects with listed members are those of the product: such a one is there or null.
function isCollection(type: RegoType): boolean {
  return alternatives(type).some(isListOrMap);
}

/** `count(x) == 0`, where `x` is undefined if it is missing. */
function checkLength(
  scope: TypeScope,
  operator: string,
  [left, right]: readonly ResolvedTerm[],
  at: Position,
): void {
  if (left?.kind !== 'call' || left.target.kind !== 'builtin' || left.target.name !== 'count')
    return;
  const bound = operator === 'equal' || operator === 'lte' ? 0 : operator === 'lt' ? 1 : undefined;
  if (bound === undefined || right?.kind !== 'const' || right.value !== bound) return;
  const [counted] = left.args;
  if (counted === undefined || !mayBeMissing(scope, counted)) return;
  const name = termText(counted, scope.locals);
  scope.report(
    at,
    `This does not hold if ${name} is missing: its count is undefined then. Write \`not ${name}\`.`,
  );
}

/** The order of Rego's values, by their types. */
const ORDER = ['null', 'boolean', 'number', 'string', 'array', 'object', 'set'];

// The null stands for an absent value: it is compared with by mistake only.
function ranksOf(type: RegoType): readonly number[] {
  const ranks = alternatives(type).map(({ kind }) => ORDER.indexOf(kind));
  return ranks.includes(-1) ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : ranks;
}
