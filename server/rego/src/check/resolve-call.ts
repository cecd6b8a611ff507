// Which function a call means, and whether it has as many arguments as it must.

import { BUILTINS, nearestBuiltin, refusalOf } from '../builtins/declarations/builtin-table.ts';
import { DEPRECATED_BUILTINS, REFUSED_ARITIES } from '../builtins/declarations/refused-builtins.ts';
import type { CallTerm, Term } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import { globalPath, isUnread, type ModuleContext } from './module-context.ts';
import type { CallTarget } from './resolved-tree.ts';
import { arityOf, findNode } from './rule-tree.ts';
import { isKnown, type Scope } from './scope.ts';

/** Finds what a call calls; reports names that nothing has. */
export function resolveCallTarget(
  context: ModuleContext,
  scope: Scope,
  call: CallTerm,
): CallTarget {
  const { name, at } = call;
  if (call.form === 'operator') return { kind: 'builtin', name: name.join('.') };
  const [head = ''] = name;
  if (isKnown(scope, head)) {
    context.report('unknown-function', at, `"${head}" is a variable, so it cannot be called.`);
    return { kind: 'builtin', name: 'equal' };
  }
  return targetOfName(context, name, at) ?? { kind: 'builtin', name: '' };
}

/** Finds the rule or builtin of a dotted name; reports names that nothing has. */
export function targetOfName(
  context: ModuleContext,
  name: readonly string[],
  at: Position,
): CallTarget | undefined {
  const [head = '', ...rest] = name;
  const dotted = name.join('.');
  const base = globalPath(context, head);
  const path = base?.[0] === 'data' ? [...base.slice(1), ...rest] : undefined;
  if (path && findNode(context.root, path)?.kind === 'function') return { kind: 'rule', path };
  if (BUILTINS.has(dotted)) {
    warnOfDeprecated(context, dotted, at);
    return { kind: 'builtin', name: dotted };
  }
  if (path && (isUnread(context, path) || findNode(context.root, path)?.isContradictory)) {
    return undefined;
  }
  if (path) {
    const full = ['data', ...path].join('.');
    const message = `No function ${full} is defined; check the name and the package it is in.`;
    context.report('unknown-function', at, message);
    return undefined;
  }
  const reason = refusalOf(dotted);
  if (reason !== undefined) {
    // Tests replace it; a call that nothing replaces stops the evaluation.
    if (context.isReplaced(dotted)) return { kind: 'builtin', name: dotted };
    context.report('refused-builtin', at, `The builtin ${dotted} is refused: ${reason}.`);
    return undefined;
  }
  const near = nearestBuiltin(dotted);
  const advice = near ? `Did you mean ${near}?` : 'Define it as a rule, or use another builtin.';
  context.report('unknown-builtin', at, `There is no builtin ${dotted}. ${advice}`);
  return undefined;
}

function warnOfDeprecated({ module, report }: ModuleContext, name: string, at: Position) {
  const instead = DEPRECATED_BUILTINS.get(name);
  if (module.version === 'v0' || instead === undefined) return;
  const message = `Version 1 of the language has no builtin ${name}; use ${instead} instead.`;
  report('deprecated-builtin', at, message);
}

/** The number of arguments a target takes; undefined when it is not known. */
function arityOfTarget(context: ModuleContext, target: CallTarget): number | undefined {
  if (target.kind === 'builtin') {
    return BUILTINS.get(target.name)?.args.length ?? REFUSED_ARITIES.get(target.name);
  }
  const node = findNode(context.root, target.path);
  return node?.isContradictory ? undefined : node && arityOf(node);
}

/**
 * Splits the arguments of a call from the term that takes its result, which may be written as one
 * more argument: `count(xs, n)` is `n = count(xs)`. Reports any other number of arguments.
 */
export function splitOutput(
  context: ModuleContext,
  target: CallTarget,
  call: CallTerm,
): { readonly args: readonly Term[]; readonly output: Term | undefined } {
  const wanted = arityOfTarget(context, target);
  const { args } = call;
  if (wanted === undefined || args.length === wanted) return { args, output: undefined };
  if (args.length === wanted + 1) return { args: args.slice(0, wanted), output: args[wanted] };
  context.report('arity', call.at, arityMessage(target, wanted, args.length));
  return { args, output: undefined };
}

/** Reports an argument that takes the result where the call stands for it: `x := f(1, 2)`. */
export function refuseOutput(
  { report }: ModuleContext,
  target: CallTarget,
  { args, at }: CallTerm,
): void {
  report('arity', at, arityMessage(target, args.length - 1, args.length));
}

function arityMessage(target: CallTarget, wanted: number, given: number): string {
  const plural = wanted === 1 ? 'argument' : 'arguments';
  const name = target.kind === 'builtin' ? target.name : ['data', ...target.path].join('.');
  return `${name} takes ${wanted} ${plural}, but ${given} are given.`;
}
