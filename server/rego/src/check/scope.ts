// The variables of a rule while its names are resolved.

import { isWildcard } from '../syntax/ast.ts';
import type { Position } from '../syntax/rego-problem.ts';
import type { LocalVariable, ResolvedLiteral } from './resolved-tree.ts';

/** A body's names. A closure (comprehension, `every`, `not`) notes what it takes from outside. */
export type Scope = {
  readonly parent: Scope | undefined;
  readonly names: Map<string, number>;
  /** Names that were declared with `:=`, `some` or as an argument. */
  readonly declared: Set<string>;
  /**
   * Names that `some` declares here and that only closures use: each closure has a variable of its
   * own for them.
   */
  readonly forClosures: Set<string>;
  /** The variables of enclosing bodies that are used; undefined when this is not a closure. */
  readonly captures: Set<number> | undefined;
  /** All variables of the rule. */
  readonly locals: LocalVariable[];
  /** Literals that must come before the one that is being resolved. */
  before: ResolvedLiteral[];
};

/** Makes the outermost scope of a rule. */
export function rootScope(): Scope {
  return {
    parent: undefined,
    names: new Map(),
    declared: new Set(),
    forClosures: new Set(),
    captures: undefined,
    locals: [],
    before: [],
  };
}

/** Makes a scope inside another one. */
export function innerScope(parent: Scope, form: 'closure' | 'plain'): Scope {
  return {
    parent,
    names: new Map(),
    declared: new Set(),
    forClosures: new Set(),
    captures: form === 'closure' ? new Set() : undefined,
    locals: parent.locals,
    before: [],
  };
}

/** Finds a variable; closures between its declaration and here note that they use it. */
export function lookUp(scope: Scope, name: string): number | undefined {
  const crossed: Set<number>[] = [];
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const id = at.names.get(name);
    if (id !== undefined) {
      for (const captures of crossed) captures.add(id);
      return id;
    }
    if (at.captures) crossed.push(at.captures);
  }
  return undefined;
}

/** Whether a variable exists, without using it. */
export function isKnown(scope: Scope, name: string): boolean {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

/** Whether an enclosing body declares a name for its closures. */
export function isForClosures(scope: Scope, name: string): boolean {
  for (let at = scope.parent; at; at = at.parent) {
    if (at.names.has(name)) return false;
    if (at.forClosures.has(name)) return true;
  }
  return false;
}

/** Makes a new variable in this scope. */
export function declare(scope: Scope, name: string, at: Position): number {
  const id = scope.locals.length;
  scope.locals.push({ name: isWildcard(name) ? '_' : name, at });
  scope.names.set(name, id);
  return id;
}

/** Makes a variable that no author can name. */
export function declareHidden(scope: Scope, at: Position): number {
  return declare(scope, `$hidden${scope.locals.length}`, at);
}
