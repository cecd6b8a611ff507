// Messages that take their rule with them: `sprintf` of a value that may be missing is undefined.

import {
  fixedPart,
  type ResolvedBranch,
  type ResolvedLiteral,
  type ResolvedTerm,
} from '../check/resolved-tree.ts';
import { findNode } from '../check/rule-tree.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { mayBeMissing, nullablePart } from './presence.ts';
import { termText } from './term-text.ts';
import type { TypeScope } from './type-scope.ts';

/** Builtins that make texts. */
const WRITERS: ReadonlySet<string> = new Set(['sprintf', 'concat']);

/** Warns of values that only the message of a rule reads, and that may be missing. */
export function checkMessages(scope: TypeScope, branch: ResolvedBranch): void {
  if (scope.warn === undefined || branch.member === undefined) return;
  const messages = [...branch.body.flatMap(messageOf), ...messagesIn(branch.member)];
  const conditions = requiredBy(scope, branch);
  for (const { args, at } of messages) {
    for (const term of args.flatMap(partsOf)) {
      const isNeeded = (name: string) =>
        conditions.some((each) => each === name || each.startsWith(`${name}.`));
      const place = 'at' in term ? term.at : at;
      const name = termText(term, scope.locals);
      if (!isNeeded(name) && mayBeMissing(scope, term)) {
        scope.warn(
          place,
          `If ${name} is missing, this message is undefined, and its rule does not apply. ` +
            'Read the value by `object.get`, with a default.',
        );
        continue;
      }
      const part = nullablePart(scope, term);
      const above = part === undefined ? undefined : termText(part, scope.locals);
      if (above === undefined || isNeeded(above)) continue;
      scope.warn(
        place,
        `If ${above} is null, ${name} is undefined, and so is this message: its rule does not ` +
          `apply then. Write a rule for each case, with \`${above} != null\` in this one.`,
      );
    }
  }
}

/** The references that a branch needs, also those of the rules that it needs. */
function requiredBy(scope: TypeScope, { body, locals }: ResolvedBranch): readonly string[] {
  return body.flatMap(conditionOf).flatMap((term) => {
    if (term.kind !== 'document' || term.root === 'input') return [termText(term, locals)];
    const names = term.path.flatMap((part) => fixedPart(part) ?? []);
    const branches = findNode(scope.root, names)?.definitions.flatMap((each) => each.branches);
    const [first = [], ...others] = (branches ?? []).map((each) => requiredBy(scope, each));
    return first.filter((name) => others.every((each) => each.includes(name)));
  });
}

type Message = { readonly args: readonly ResolvedTerm[]; readonly at: Position };

/** The message that a line gives a name: `message := sprintf(…)`. */
function messageOf(literal: ResolvedLiteral): readonly Message[] {
  if (literal.kind !== 'unify') return [];
  return [literal.left, literal.right].flatMap(messagesIn);
}

function messagesIn(term: ResolvedTerm): readonly Message[] {
  const isWriter =
    term.kind === 'call' && term.target.kind === 'builtin' && WRITERS.has(term.target.name);
  if (isWriter) return [term];
  return term.kind === 'object' ? term.pairs.flatMap(([, value]) => messagesIn(value)) : [];
}

/** The references that a line needs, unless it makes a message. */
function conditionOf(literal: ResolvedLiteral): readonly ResolvedTerm[] {
  switch (literal.kind) {
    case 'expr':
      return partsOf(literal.term);
    case 'unify':
      return messageOf(literal).length > 0 ? [] : [literal.left, literal.right].flatMap(partsOf);
    case 'some-in':
    case 'every':
      return partsOf(literal.collection);
    default:
      return [];
  }
}

/** The references in a term that have to be defined for it to be. */
function partsOf(term: ResolvedTerm): readonly ResolvedTerm[] {
  switch (term.kind) {
    case 'document':
    case 'ref':
      return [term];
    case 'array':
    case 'set':
      return term.items.flatMap(partsOf);
    case 'object':
      return term.pairs.flat().flatMap(partsOf);
    case 'call':
      return term.args.flatMap(partsOf);
    default:
      return [];
  }
}
