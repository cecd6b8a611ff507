// Bodies and literals with names to bodies with variables.

import { BUILTINS, refusalOf } from '../builtins/declarations/builtin-table.ts';
import type { CallTerm, Literal, Term, WithModifier } from '../syntax/ast.ts';
import { isWildcard } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { globalPath, type ModuleContext } from './module-context.ts';
import { fixedName } from './replaced-names.ts';
import { resolveCallTarget, splitOutput, targetOfName } from './resolve-call.ts';
import { type NegatedLiteral, resolveNegation } from './resolve-negation.ts';
import { resolveCall, resolveOperand, resolvePrinted, resolveTerm } from './resolve-term.ts';
import type {
  CallTarget,
  ResolvedLiteral,
  ResolvedModifier,
  WithReplacement,
  WithTarget,
} from './resolved-tree.ts';
import { findNode } from './rule-tree.ts';
import { declare, innerScope, isForClosures, isKnown, type Scope } from './scope.ts';
import { visitDeclared, visitLiteral, visitMatched, visitPattern } from './visit-variables.ts';

/** Resolves a body in its scope. */
export function resolveBody(
  context: ModuleContext,
  scope: Scope,
  body: readonly Literal[],
): readonly ResolvedLiteral[] {
  declareUsed(context, scope, body);
  return body.flatMap((literal) => resolveLiteral(context, scope, literal));
}

/** Declares names that are used but declared nowhere: they belong to the outermost such body. */
export function declareUsed(context: ModuleContext, scope: Scope, body: readonly Literal[]): void {
  const declared = new Set<string>();
  for (const literal of body) visitDeclared(literal, ({ name }) => declared.add(name));
  const used = new Set<string>();
  for (const literal of body) {
    visitLiteral(literal, ({ name, at }) => {
      used.add(name);
      if (isWildcard(name) || declared.has(name) || isKnown(scope, name)) return;
      if (!globalPath(context, name) || isForClosures(scope, name)) declare(scope, name, at);
    });
  }
  for (const literal of body) {
    if (literal.kind === 'some-in') visitDeclared(literal, ({ name }) => used.add(name));
  }
  for (const literal of body) {
    if (literal.kind !== 'some') continue;
    for (const { name } of literal.names) if (!used.has(name)) scope.forClosures.add(name);
  }
}

function resolveLiteral(
  context: ModuleContext,
  scope: Scope,
  literal: Literal,
): readonly ResolvedLiteral[] {
  const outer = scope.before;
  scope.before = [];
  const resolved = resolveOne(context, scope, literal);
  const all = [...scope.before, ...resolved];
  scope.before = outer;
  return all;
}

function resolveOne(
  context: ModuleContext,
  scope: Scope,
  literal: Literal,
): readonly ResolvedLiteral[] {
  const { at } = literal;
  switch (literal.kind) {
    case 'expr':
      if (isPrint(context, literal.term)) return resolvePrint(context, scope, literal.term, at);
      return resolveExpression(context, scope, literal.term, at);
    case 'unify': {
      const left = resolveTerm(context, scope, literal.left);
      return [{ kind: 'unify', left, right: resolveTerm(context, scope, literal.right), at }];
    }
    case 'assign': {
      const right = resolveTerm(context, scope, literal.right);
      visitPattern(literal.left, ({ name, at: place }) => declareNew(context, scope, name, place));
      return [{ kind: 'unify', left: resolveTerm(context, scope, literal.left), right, at }];
    }
    case 'some':
      for (const { name, at: place } of literal.names) declareNew(context, scope, name, place);
      return [];
    case 'some-in':
      return [resolveSomeIn(context, scope, literal)];
    case 'every':
      return [resolveEvery(context, scope, literal)];
    case 'not': {
      const negated = literal.literal;
      if (negated.kind === 'assign') {
        const message = 'A variable cannot be assigned inside "not"; compare with == instead.';
        context.report('redeclared', negated.at, message);
        return [];
      }
      const isApart = context.module.negations !== 'whole' && isTakenApart(context, negated);
      if (isApart) return resolveNegation(context, scope, negated, at);
      const inner = innerScope(scope, 'closure');
      const body = resolveLiteral(context, inner, literal.literal);
      return [{ kind: 'not', body, captures: inner.captures ?? new Set(), at }];
    }
    case 'with': {
      const modifiers = literal.modifiers.flatMap((each) => resolveModifier(context, scope, each));
      const body = resolveLiteral(context, scope, literal.literal);
      return [{ kind: 'with', modifiers, body, at }];
    }
  }
}

// Of other literals, which no text of OPA negates, all of it is negated.
function isTakenApart(context: ModuleContext, negated: Literal): negated is NegatedLiteral {
  if (negated.kind === 'unify') return true;
  return negated.kind === 'expr' && !isPrint(context, negated.term);
}

// Where output of `print` is discarded, as in OPA by default, so are its operands.
function resolvePrint(
  context: ModuleContext,
  scope: Scope,
  { args }: CallTerm,
  at: Position,
): readonly ResolvedLiteral[] {
  if (context.prints === 'dropped') return [];
  return [{ kind: 'expr', term: resolvePrinted(context, scope, args, at), at }];
}

function isPrint(context: ModuleContext, term: Term): term is CallTerm {
  if (term.kind !== 'call' || term.name.join('.') !== 'print') return false;
  return globalPath(context, 'print') === undefined;
}

// `:=` and `some` make a new variable, once in a body and before its name is used there.
function declareNew(context: ModuleContext, scope: Scope, name: string, at: Position): void {
  if (isWildcard(name)) return;
  if (context.module.version === 'v1' && (name === 'input' || name === 'data')) {
    context.report('redeclared', at, `"${name}" cannot be a variable; choose another name.`);
  } else if (scope.names.has(name) || isArgument(scope, name)) {
    const how = scope.declared.has(name) ? 'declared' : 'used';
    const place = isArgument(scope, name) ? 'an argument' : `${how} above in this body`;
    const message = `"${name}" is already ${place}; choose another name.`;
    context.report('redeclared', at, message);
    return;
  }
  scope.declared.add(name);
  if (!scope.forClosures.has(name)) declare(scope, name, at);
}

function isArgument(scope: Scope, name: string): boolean {
  return scope.captures === undefined && scope.parent?.declared.has(name) === true;
}

function resolveExpression(
  context: ModuleContext,
  scope: Scope,
  term: Term,
  at: Position,
): readonly ResolvedLiteral[] {
  if (term.kind !== 'call') return [{ kind: 'expr', term: resolveTerm(context, scope, term), at }];
  const call = resolveCall(context, scope, term, 'expression');
  const silent = { ...context, report: () => {} };
  const target = resolveCallTarget(silent, scope, term);
  const { output } = splitOutput(silent, target, term);
  if (!output) return [{ kind: 'expr', term: call, at }];
  return [{ kind: 'unify', left: resolveTerm(context, scope, output), right: call, at }];
}

function resolveSomeIn(
  context: ModuleContext,
  scope: Scope,
  literal: Extract<Literal, { kind: 'some-in' }>,
): ResolvedLiteral {
  const collection = resolveOperand(context, scope, literal.collection);
  for (const pattern of [literal.key, literal.value]) {
    if (!pattern) continue;
    visitMatched(pattern, ({ name, at }) => {
      if (!scope.declared.has(name)) declareNew(context, scope, name, at);
    });
  }
  const key = literal.key && resolveOperand(context, scope, literal.key);
  const value = resolveOperand(context, scope, literal.value);
  return { kind: 'some-in', key, value, collection, at: literal.at };
}

function resolveEvery(
  context: ModuleContext,
  scope: Scope,
  literal: Extract<Literal, { kind: 'every' }>,
): ResolvedLiteral {
  const collection = resolveOperand(context, scope, literal.collection);
  const inner = innerScope(scope, 'closure');
  const key = literal.key && declare(inner, literal.key.name, literal.key.at);
  const value = declare(inner, literal.value.name, literal.value.at);
  const bodyScope = innerScope(inner, 'plain');
  const body = resolveBody(context, bodyScope, literal.body);
  const captures = inner.captures ?? new Set();
  return { kind: 'every', key, value, collection, body, captures, at: literal.at };
}

function resolveModifier(
  context: ModuleContext,
  scope: Scope,
  { target, value, at }: WithModifier,
): readonly ResolvedModifier[] {
  const name = fixedName(target);
  const resolvedTarget = name && resolveWithTarget(context, name, target.at);
  if (!resolvedTarget) {
    if (!name) {
      const message = 'Only input, data and functions with fixed names can be replaced by "with".';
      context.report('type-error', target.at, message);
    }
    return [];
  }
  const replacement = resolveReplacement(context, scope, resolvedTarget, value);
  return [{ target: resolvedTarget, replacement, at }];
}

function resolveWithTarget(
  context: ModuleContext,
  name: readonly string[],
  at: Position,
): WithTarget | undefined {
  const [head = '', ...rest] = name;
  const base = globalPath(context, head);
  const dotted = name.join('.');
  if (base?.[0] === 'input') return { kind: 'input', path: [...base.slice(1), ...rest] };
  const path = base && [...base.slice(1), ...rest];
  const isFunction = path && findNode(context.root, path)?.kind === 'function';
  if (isFunction) return { kind: 'function', target: { kind: 'rule', path } };
  if (BUILTINS.has(dotted) || refusalOf(dotted) !== undefined) {
    return { kind: 'function', target: { kind: 'builtin', name: dotted } };
  }
  if (path) {
    const rule = ruleAbove(context, path);
    if (!rule) return { kind: 'data', path };
    const message = `"with" cannot replace a part of the rule ${rule}; replace the whole rule.`;
    context.report('type-error', at, message);
    return undefined;
  }
  targetOfName(context, name, at);
  return undefined;
}

// The rule that has a path inside its value, if there is one.
function ruleAbove(context: ModuleContext, path: readonly string[]): string | undefined {
  for (let length = 0; length < path.length; length += 1) {
    const node = findNode(context.root, path.slice(0, length));
    if (node && node.definitions.length > 0) return ['data', ...node.path].join('.');
  }
  return undefined;
}

function resolveReplacement(
  context: ModuleContext,
  scope: Scope,
  target: WithTarget,
  value: Term,
): WithReplacement {
  const name = target.kind === 'function' ? fixedName(value) : undefined;
  const called = name && functionOf(context, scope, name);
  if (called) return { kind: 'function', target: called };
  return { kind: 'value', term: resolveOperand(context, scope, value) };
}

function functionOf(
  context: ModuleContext,
  scope: Scope,
  name: readonly string[],
): CallTarget | undefined {
  const [head = '', ...rest] = name;
  if (isKnown(scope, head)) return undefined;
  const base = globalPath(context, head);
  const path = base?.[0] === 'data' ? [...base.slice(1), ...rest] : undefined;
  if (path && findNode(context.root, path)?.kind === 'function') return { kind: 'rule', path };
  const dotted = name.join('.');
  const builtin = base ? undefined : BUILTINS.get(dotted);
  if (!builtin || builtin.home === 'compiler') return undefined;
  return { kind: 'builtin', name: dotted };
}
