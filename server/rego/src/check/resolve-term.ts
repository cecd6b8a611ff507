// Terms with names to terms with variables, documents and call targets.

import {
  type CallTerm,
  type ComprehensionTerm,
  isWildcard,
  type Literal,
  type TemplatePart,
  type Term,
} from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { makeObject, makeSet, numberFromText, type RegoValue } from '../values/rego-value.ts';
import { globalPath, type ModuleContext } from './module-context.ts';
import { refuseOutput, resolveCallTarget, splitOutput } from './resolve-call.ts';
import type { DocumentTerm, ResolvedTerm } from './resolved-tree.ts';
import { findNode } from './rule-tree.ts';
import { declare, declareHidden, innerScope, isKnown, lookUp, type Scope } from './scope.ts';

/** Resolves a term where a pattern or a reference may stand by itself. */
export function resolveTerm(context: ModuleContext, scope: Scope, term: Term): ResolvedTerm {
  switch (term.kind) {
    case 'scalar':
      return { kind: 'const', value: term.value };
    case 'number':
      return { kind: 'const', value: numberFromText(term.text) };
    case 'var':
      return resolveVariable(context, scope, term.name, term.at);
    case 'ref':
      return resolveReference(context, scope, term);
    case 'call':
      return resolveCall(context, scope, term, 'value');
    case 'array':
    case 'set':
      return foldItems(
        term.kind,
        term.items.map((item) => resolveItem(context, scope, item)),
      );
    case 'object':
      return foldPairs(
        term.pairs.map(
          ([key, value]) =>
            [resolveItem(context, scope, key), resolveItem(context, scope, value)] as const,
        ),
      );
    case 'comprehension':
      return resolveComprehension(context, scope, term);
    case 'template':
      return resolveTemplate(context, scope, term.parts, term.at);
  }
}

/**
 * Resolves a term inside another one. A reference that may have many values becomes an expression
 * of its own before the current one, so that only whole expressions iterate.
 */
export function resolveOperand(context: ModuleContext, scope: Scope, term: Term): ResolvedTerm {
  const resolved = resolveTerm(context, scope, term);
  if (resolved.kind !== 'document' && resolved.kind !== 'ref') return resolved;
  if (resolved.path.every((part) => part.kind === 'const')) return resolved;
  const id = declareHidden(scope, term.at);
  const left = { kind: 'local', id } as const;
  scope.before.push({ kind: 'unify', left, right: resolved, at: term.at });
  return left;
}

// Inside a collection a call, too, becomes an expression of its own: `[x, f(x)] = pair` can only be
// matched once x is known.
function resolveItem(context: ModuleContext, scope: Scope, term: Term): ResolvedTerm {
  const resolved = resolveOperand(context, scope, term);
  if (resolved.kind !== 'call') return resolved;
  const left = { kind: 'local', id: declareHidden(scope, term.at) } as const;
  scope.before.push({ kind: 'unify', left, right: resolved, at: term.at });
  return left;
}

function resolveVariable(
  context: ModuleContext,
  scope: Scope,
  name: string,
  at: Position,
): ResolvedTerm {
  const known = isWildcard(name) ? undefined : lookUp(scope, name);
  if (known !== undefined) return { kind: 'local', id: known };
  const path = globalPath(context, name);
  if (path) return documentAt(path, at);
  return { kind: 'local', id: declare(scope, name, at) };
}

/** The reference that a fixed path beginning with `input` or `data` is. */
function documentAt(path: readonly string[], at: Position): DocumentTerm {
  const [root, ...rest] = path;
  const parts = rest.map((value) => ({ kind: 'const', value }) as const);
  return { kind: 'document', root: root === 'input' ? 'input' : 'data', path: parts, at };
}

function resolveReference(
  context: ModuleContext,
  scope: Scope,
  term: Extract<Term, { kind: 'ref' }>,
): ResolvedTerm {
  const head = resolveTerm(context, scope, term.head);
  const path = term.path.map((part) => resolveOperand(context, scope, part));
  if (head.kind === 'document') return { ...head, path: [...head.path, ...path] };
  if (head.kind === 'ref') return { ...head, path: [...head.path, ...path] };
  return { kind: 'ref', head, path, at: term.at };
}

const METADATA_FORMS: ReadonlyMap<string, 'chain' | 'rule'> = new Map([
  ['rego.metadata.chain', 'chain'],
  ['rego.metadata.rule', 'rule'],
]);

/**
 * Resolves a call without the term that takes its result.
 * @param place - whether it is a whole expression, where such a term may be the last argument
 */
export function resolveCall(
  context: ModuleContext,
  scope: Scope,
  term: CallTerm,
  place: 'value' | 'expression',
): ResolvedTerm {
  const value = valueOfCall(context, scope, term);
  if (value) return value;
  const target = resolveCallTarget(context, scope, term);
  const { args, output } = splitOutput(context, target, term);
  if (output !== undefined && place === 'value') refuseOutput(context, target, term);
  const form = METADATA_FORMS.get(target.kind === 'builtin' ? target.name : '');
  if (form) return { kind: 'const', value: context.metadata(form) };
  const resolved = args.map((argument) => resolveOperand(context, scope, argument));
  const argsAt = args.map((argument) => argument.at);
  const call = { kind: 'call', target, args: resolved, argsAt, at: term.at } as const;
  if (target.kind !== 'builtin' || target.name !== 'walk') return call;
  const id = declareHidden(scope, term.at);
  return { kind: 'ref', head: call, path: [{ kind: 'local', id }], at: term.at };
}

// `f()` is the value of a rule that was written without arguments.
function valueOfCall(
  context: ModuleContext,
  scope: Scope,
  { name, args, at }: CallTerm,
): ResolvedTerm | undefined {
  const [head = '', ...rest] = name;
  if (args.length > 0 || isKnown(scope, head)) return undefined;
  const path = globalPath(context, head);
  const full = path && [...path, ...rest];
  const node = full?.[0] === 'data' ? findNode(context.root, full.slice(1)) : undefined;
  return full && node && node.kind === 'value' ? documentAt(full, at) : undefined;
}

/** Resolves the closure of a comprehension. */
function resolveComprehension(
  context: ModuleContext,
  scope: Scope,
  term: ComprehensionTerm,
): ResolvedTerm {
  const inner = innerScope(scope, 'closure');
  const body = [...context.resolveBody(context, inner, term.body)];
  const key = term.key && resolveOperand(context, inner, term.key);
  const value = resolveOperand(context, inner, term.value);
  body.push(...inner.before);
  const { shape, at } = term;
  const captures = inner.captures ?? new Set();
  return { kind: 'comprehension', shape, key, value, body, captures, at };
}

// No author can write this name: the lexer does not know it.
const PART = '#part';

/** The literal that gives `PART` the value of a part. */
function literalOf(part: TemplatePart): Literal {
  const { at } = part;
  const left = { kind: 'var', name: PART, at } as const;
  const right = part.kind === 'modified' ? part.term : part;
  const literal = { kind: 'unify', left, right, at } as const;
  if (part.kind !== 'modified') return literal;
  return { kind: 'with', literal, modifiers: part.modifiers, at };
}

// Each part of a template is a set of at most one value: an undefined part does not undo the whole.
function resolveTemplate(
  context: ModuleContext,
  scope: Scope,
  parts: readonly TemplatePart[],
  at: Position,
): ResolvedTerm {
  const items = resolveParts(context, scope, parts);
  const target = { kind: 'builtin', name: 'internal.template_string' } as const;
  return { kind: 'call', target, args: [foldItems('array', items)], argsAt: [at], at };
}

/**
 * Resolves the operands of `print` to a call that writes them. Each is a set of its values: one
 * that is undefined does not undo the line.
 */
export function resolvePrinted(
  context: ModuleContext,
  scope: Scope,
  operands: readonly Term[],
  at: Position,
): ResolvedTerm {
  const asSet = (term: ResolvedTerm): ResolvedTerm =>
    term.kind === 'const' ? { kind: 'const', value: makeSet([term.value]) } : term;
  const sets = resolveParts(context, scope, operands).map(asSet);
  const target = { kind: 'builtin', name: 'internal.print' } as const;
  const place = [context.module.file, at.row].map((value) => ({ kind: 'const', value }) as const);
  const args = [foldItems('array', sets), ...place];
  return { kind: 'call', target, args, argsAt: args.map(() => at), at };
}

function resolveParts(
  context: ModuleContext,
  scope: Scope,
  parts: readonly TemplatePart[],
): readonly ResolvedTerm[] {
  return parts.map((part): ResolvedTerm => {
    if (part.kind === 'scalar') return { kind: 'const', value: part.value };
    const inner = innerScope(scope, 'closure');
    const left = { kind: 'local', id: declareHidden(inner, part.at) } as const;
    inner.names.set(PART, left.id);
    const body = context.resolveBody(context, inner, [literalOf(part)]);
    const captures = inner.captures ?? new Set();
    const key = undefined;
    return { kind: 'comprehension', shape: 'set', key, value: left, body, captures, at: part.at };
  });
}

function constantsOf(terms: readonly ResolvedTerm[]): readonly RegoValue[] | undefined {
  const values = terms.flatMap((term) => (term.kind === 'const' ? [term.value] : []));
  return values.length === terms.length ? values : undefined;
}

function foldItems(kind: 'array' | 'set', items: readonly ResolvedTerm[]): ResolvedTerm {
  const values = constantsOf(items);
  if (!values) return { kind, items };
  return { kind: 'const', value: kind === 'array' ? values : makeSet(values) };
}

function foldPairs(pairs: readonly (readonly [ResolvedTerm, ResolvedTerm])[]): ResolvedTerm {
  const values: (readonly [RegoValue, RegoValue])[] = [];
  for (const [key, value] of pairs) {
    if (key.kind === 'const' && value.kind === 'const') values.push([key.value, value.value]);
  }
  if (values.length !== pairs.length) return { kind: 'object', pairs };
  return { kind: 'const', value: makeObject(values) };
}
