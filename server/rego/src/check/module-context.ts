// What the resolver of one module knows.

import type { Literal, Module } from '../syntax/ast.ts';
import type { Report } from '../syntax/rego-problem.ts';
import type { RegoValue } from '../values/rego-value.ts';
import type { ResolvedLiteral } from './resolved-tree.ts';
import type { RuleNode } from './rule-tree.ts';
import type { Scope } from './scope.ts';

/** Treatment of calls of `print`. */
export type Prints = 'kept' | 'dropped';

/** One module, the names it can use without a path, and where its problems go. */
export type ModuleContext = {
  readonly module: Module;
  /** Whether calls of `print` stay in the bodies, or are left out of them. */
  readonly prints: Prints;
  readonly root: RuleNode;
  /** Imported paths by their alias. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** Modules that were not parsed to their ends. */
  readonly unread: readonly Module[];
  /** First names of the package's rules, in whichever module they are. */
  readonly ruleNames: ReadonlySet<string>;
  /** Whether `with` replaces a name anywhere in the modules. */
  readonly isReplaced: (name: string) => boolean;
  readonly report: Report;
  /** Result of `rego.metadata.chain()` and `rego.metadata.rule()` in the rule being resolved. */
  readonly metadata: (form: 'chain' | 'rule') => RegoValue;
  /** Terms hold bodies and bodies hold terms: the resolver of bodies, for the resolver of terms. */
  readonly resolveBody: (
    context: ModuleContext,
    scope: Scope,
    body: readonly Literal[],
  ) => readonly ResolvedLiteral[];
};

/**
 * The fixed path that a name stands for when it is not a variable: `data.…` or `input.…`. Where an
 * import has the name of a rule, it is the import, as in OPA.
 */
export function globalPath(context: ModuleContext, name: string): readonly string[] | undefined {
  if (name === 'input' || name === 'data') return [name];
  const imported = context.imports.get(name);
  if (imported) return imported;
  if (context.ruleNames.has(name)) return ['data', ...context.module.package, name];
  return undefined;
}

/**
 * Whether a path below `data` may be of a rule that could not be parsed, so that nothing is said of
 * it.
 */
export function isUnread(
  { unread }: Pick<ModuleContext, 'unread'>,
  path: readonly string[],
): boolean {
  return unread.some(({ package: home, unread: names }) => {
    if (!home.every((part, index) => path[index] === part)) return false;
    return names === 'anything' || names?.has(path[home.length] ?? '') === true;
  });
}
