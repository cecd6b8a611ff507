// Negations that do not mean the same at each level: a part that is evaluated before the negation
// at level 2 may be undefined.

import { isWildcard, type Literal, type Term } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { globalPath, type ModuleContext } from './module-context.ts';
import type { NegatedLiteral } from './resolve-negation.ts';
import { findNode, type RuleNode } from './rule-tree.ts';
import { isKnown, type Scope } from './scope.ts';

/** Calls `context.noteNegation` where a negated literal depends on the level. */
export function noteOpenNegation(
  context: ModuleContext,
  scope: Scope,
  literal: NegatedLiteral,
  at: Position,
): void {
  const parts = takenParts(literal)
    .flatMap((term) => openParts(context, scope, term))
    .map(nameOf)
    .filter((part) => !context.required.has(part));
  if (parts.length > 0) context.noteNegation({ at, parts: [...new Set(parts)] });
}

/**
 * The context of a body: what its other literals, or a rule's head, need as well makes no
 * difference where it is undefined, because the body fails at each level.
 */
export function insideBody(
  context: ModuleContext,
  body: readonly Literal[],
  head: readonly Term[] = [],
): ModuleContext {
  // A name that is a variable here may be another one in a body inside.
  const required = new Set([...context.required].filter((name) => /^(?:input|data)\b/.test(name)));
  const note = (term: Term): void => {
    for (const part of neededBy(term)) required.add(nameOf(part));
  };
  for (const literal of body) {
    if (literal.kind === 'expr') note(literal.term);
    if (literal.kind === 'some-in' || literal.kind === 'every') note(literal.collection);
    if (literal.kind === 'assign' || literal.kind === 'unify') {
      note(literal.left);
      note(literal.right);
    }
  }
  for (const term of head) note(term);
  return { ...context, required };
}

/** A term and its parts that it has no value without. */
function neededBy(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'ref':
      return [term, ...[term.head, ...term.path].flatMap(neededBy)];
    case 'call':
      return [term, ...term.args.flatMap(neededBy)];
    case 'array':
    case 'set':
      return term.items.flatMap(neededBy);
    case 'object':
      return term.pairs.flat().flatMap(neededBy);
    case 'var':
      return [term];
    default:
      return [];
  }
}

/** The terms that level 2 evaluates before the negation. */
function takenParts(literal: NegatedLiteral): readonly Term[] {
  if (literal.kind === 'unify') return [...insideOf(literal.left), ...insideOf(literal.right)];
  const { term } = literal;
  if (term.kind !== 'call') return insideOf(term);
  const isEqual = term.form === 'operator' && term.name.join('.') === 'equal';
  return isEqual ? term.args.flatMap(insideOf) : term.args;
}

/** Returns the parts extracted from a term that itself stays below the negation. */
function insideOf(term: Term): readonly Term[] {
  if (term.kind === 'var') return [];
  if (term.kind !== 'ref') return [term];
  return [...(term.head.kind === 'var' ? [] : [term.head]), ...term.path];
}

/** The parts of a term that may be undefined; an undefined part makes the whole undefined. */
function openParts(context: ModuleContext, scope: Scope, term: Term): readonly Term[] {
  const inside = (terms: readonly Term[]) =>
    terms.flatMap((each) => openParts(context, scope, each));
  switch (term.kind) {
    case 'var':
    case 'ref':
      return isAlwaysDefined(context, scope, term) ? [] : [term];
    case 'array':
    case 'set':
      return inside(term.items);
    case 'object':
      return inside(term.pairs.flat());
    case 'call': {
      const open = inside(term.args);
      if (open.length > 0 || isSureCall(context, scope, term)) return open;
      return [term];
    }
    default:
      return [];
  }
}

/** Variables have a value by then; so have documents, sets and objects, and rules by default. */
function isAlwaysDefined(context: ModuleContext, scope: Scope, term: Term): boolean {
  const names = fixedNames(term);
  const [head = '', ...rest] = names ?? [];
  if (term.kind === 'var' && (isWildcard(head) || isKnown(scope, head))) return true;
  if (names === undefined || isKnown(scope, head)) return false;
  const path = globalPath(context, head);
  if (path === undefined) return term.kind === 'var';
  if (path.length + rest.length === 1) return true;
  const node = path[0] === 'data' ? findNode(context.root, [...path.slice(1), ...rest]) : undefined;
  return node !== undefined && isTotal(node);
}

function isTotal({ kind, definitions }: RuleNode): boolean {
  if (kind === 'set' || kind === 'partial') return true;
  return definitions.some(({ rule, suffix }) => {
    const [branch] = rule.branches;
    if (rule.shape === 'default') return true;
    // A rule without a body whose value is fixed.
    return suffix.length === 0 && branch?.body.length === 0 && isFixed(branch.value);
  });
}

/** Operators that have a value for all operands. */
const RELATIONS: ReadonlySet<string> = new Set(['equal', 'neq', 'lt', 'lte', 'gt', 'gte']);

/** Whether a call has a value once its arguments have; a builtin fails for wrong types. */
function isSureCall(
  context: ModuleContext,
  scope: Scope,
  { name, form, args }: Extract<Term, { kind: 'call' }>,
): boolean {
  const dotted = name.join('.');
  if (form === 'operator' && RELATIONS.has(dotted)) return true;
  const [head = '', ...rest] = name;
  const path = isKnown(scope, head) ? undefined : globalPath(context, head);
  const node =
    path?.[0] === 'data' ? findNode(context.root, [...path.slice(1), ...rest]) : undefined;
  if (node?.kind === 'function') return isTotal(node);
  const [only] = args;
  if (dotted === 'count' && only !== undefined && args.length === 1) {
    return only.kind !== 'var' || !isKnown(scope, only.name);
  }
  return args.every(isConstant);
}

/** Whether a value is the same for every question, so that it is never undefined. */
function isFixed(term: Term): boolean {
  return isConstant(term) || term.kind === 'comprehension';
}

function isConstant(term: Term): boolean {
  if (term.kind === 'array' || term.kind === 'set') return term.items.every(isConstant);
  if (term.kind === 'object') return term.pairs.flat().every(isConstant);
  return term.kind === 'scalar' || term.kind === 'number';
}

function fixedNames(term: Term): readonly string[] | undefined {
  if (term.kind === 'var') return [term.name];
  if (term.kind !== 'ref' || term.head.kind !== 'var') return undefined;
  const names = [term.head.name];
  for (const part of term.path) {
    if (part.kind !== 'scalar' || typeof part.value !== 'string') return undefined;
    names.push(part.value);
  }
  return names;
}

function nameOf(term: Term): string {
  switch (term.kind) {
    case 'var':
      return isWildcard(term.name) ? '_' : term.name;
    case 'ref':
      return nameOf(term.head) + term.path.map(partOf).join('');
    case 'call':
      return `${term.name.join('.')}(…)`;
    default:
      return '…';
  }
}

function partOf(part: Term): string {
  const isName = part.kind === 'scalar' && typeof part.value === 'string';
  if (isName && /^[A-Za-z_]\w*$/.test(String(part.value))) return `.${part.value}`;
  if (part.kind === 'scalar') return `[${JSON.stringify(part.value)}]`;
  return `[${part.kind === 'number' ? part.text : nameOf(part)}]`;
}
