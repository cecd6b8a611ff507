// Checks the lines of a body in their order: what can never hold is reported.

import type {
  EveryLiteral,
  ResolvedLiteral,
  ResolvedModifier,
  ResolvedTerm,
} from '../check/resolved-tree.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { checkCondition, checkNegation } from './check-conditions.ts';
import { checkComparison } from './check-constants.ts';
import { inferTerm } from './infer-term.ts';
import { matchPattern, matchTerms } from './match-pattern.ts';
import { overlaps } from './overlap.ts';
import { ANY, type RegoType } from './rego-type.ts';
import { keysOf, membersOf } from './select-type.ts';
import type { TypeScope } from './type-scope.ts';

/** Checks a body; its variables have types afterwards. */
export function checkBody(scope: TypeScope, body: readonly ResolvedLiteral[]): void {
  for (const literal of body) checkLiteral(scope, literal);
}

function checkLiteral(scope: TypeScope, literal: ResolvedLiteral): void {
  switch (literal.kind) {
    case 'expr':
      checkExpression(scope, literal.term, literal.at);
      return;
    case 'unify':
      checkEquality(scope, literal.left, literal.right, literal.at);
      return;
    case 'some-in':
      checkMembers(scope, literal);
      return;
    case 'every':
      checkEvery(scope, literal);
      return;
    case 'not':
      checkNegation(scope, literal.body, literal.at);
      checkBody({ ...scope, isNegated: true }, literal.body);
      return;
    case 'with':
      checkWith(scope, literal.modifiers, literal.body);
  }
}

function checkExpression(scope: TypeScope, term: ResolvedTerm, at: Position): void {
  checkCondition(scope, term, at);
  const isEquality =
    term.kind === 'call' && term.target.kind === 'builtin' && term.target.name === 'equal';
  if (!isEquality || !scope.signature(term.target)) {
    inferTerm(scope, term);
    return;
  }
  const [left, right] = term.args.map((argument) => ({
    term: argument,
    type: inferTerm(scope, argument),
  }));
  if (!left || !right || checkComparison(scope, [left, right], at)) return;
  if (!overlaps(left.type, right.type)) reportUnequal(scope, left.type, right.type, at);
}

function checkEquality(
  scope: TypeScope,
  left: ResolvedTerm,
  right: ResolvedTerm,
  at: Position,
): void {
  let isReported = false;
  const report: TypeScope['report'] = (place, message) => {
    isReported = true;
    scope.report(place, message);
  };
  const matches = matchTerms({ ...scope, report }, left, right);
  if (isReported) return;
  const quiet: TypeScope = { ...scope, report: () => {} };
  const [one, other] = [left, right].map((term) => ({ term, type: inferTerm(quiet, term) }));
  if (!one || !other || checkComparison(scope, [one, other], at) || matches) return;
  reportUnequal(scope, one.type, other.type, at);
}

function reportUnequal(scope: TypeScope, left: RegoType, right: RegoType, at: Position): void {
  const message = `These can never be equal: ${left.text} on the left, ${right.text} on the right.`;
  scope.report(at, message);
}

function checkMembers(
  scope: TypeScope,
  literal: Extract<ResolvedLiteral, { kind: 'some-in' }>,
): void {
  const collection = inferTerm(scope, literal.collection);
  const [keys, members] = partsOf(scope, collection, literal.at);
  const fits = [
    literal.key === undefined || matchPattern(scope, literal.key, keys),
    matchPattern(scope, literal.value, members),
  ];
  if (fits.every(Boolean)) return;
  scope.report(literal.at, `Nothing in ${collection.text} can match this.`);
}

function partsOf(scope: TypeScope, type: RegoType, at: Position): readonly [RegoType, RegoType] {
  const keys = keysOf(type);
  const members = membersOf(type);
  if (keys && members) return [keys, members];
  scope.report(at, `There is nothing to iterate over: this is of type ${type.text}.`);
  return [ANY, ANY];
}

// Over a number or a text it is undefined, which OPA leaves to the evaluation.
function checkEvery(scope: TypeScope, literal: EveryLiteral): void {
  const collection = inferTerm(scope, literal.collection);
  if (literal.key !== undefined) scope.types.set(literal.key, keysOf(collection) ?? ANY);
  scope.types.set(literal.value, membersOf(collection) ?? ANY);
  checkBody(scope, literal.body);
}

// Where a document is replaced, nothing is known of it.
function checkWith(
  scope: TypeScope,
  modifiers: readonly ResolvedModifier[],
  body: readonly ResolvedLiteral[],
): void {
  for (const { replacement } of modifiers) {
    if (replacement.kind === 'value') inferTerm(scope, replacement.term);
  }
  const replaced = new Set(modifiers.map(({ target }) => target.kind));
  const { input, data } = scope.documents;
  const documents = {
    input: replaced.has('input') ? ANY : input,
    data: replaced.has('data') ? ANY : data,
  };
  // What rules are was inferred from what was known of the documents.
  const isOther = documents.input !== input || documents.data !== data;
  const rules = isOther ? { ruleType: () => ANY, signature: builtinsOnly(scope) } : {};
  checkBody({ ...scope, ...rules, documents }, body);
}

function builtinsOnly({ signature }: TypeScope): TypeScope['signature'] {
  return (target) => (target.kind === 'builtin' ? signature(target) : undefined);
}
