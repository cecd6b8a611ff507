// What the resolver of one module knows.

import type { Literal, Module, RegoLevel } from '../syntax/ast.ts';
import type { Position, Report } from '../syntax/rego-problem.ts';
import type { RegoValue } from '../values/rego-value.ts';
import type { ResolvedLiteral } from './resolved-tree.ts';
import type { RuleNode } from './rule-tree.ts';
import type { Scope } from './scope.ts';

/** A negation, and the parts of it that may be undefined, as they are written. */
export type OpenNegation = { readonly at: Position; readonly parts: readonly string[] };

/** Treatment of calls of `print`. */
export type Prints = 'kept' | 'dropped';

/** One module, the names it can use without a path, and where its problems go. */
export type ModuleContext = {
  readonly module: Module;
  /** Language level: see `RegoLevel`. */
  readonly level: RegoLevel;
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
  /** For what OPA refuses and level 1 of the language does not. */
  readonly reportInvalid: Report;
  /** References that the body being resolved requires outside its negations, as written. */
  readonly required: ReadonlySet<string>;
  /** Takes down a negation that means something else at another level. */
  readonly noteNegation: (negation: OpenNegation) => void;
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
 * import has the name of a rule, it is the import, as in OPA; at level 1 it is the rule.
 */
export function globalPath(context: ModuleContext, name: string): readonly string[] | undefined {
  if (name === 'input' || name === 'data') return [name];
  const imported = context.level > 1 ? context.imports.get(name) : undefined;
  if (imported) return imported;
  if (context.ruleNames.has(name)) return ['data', ...context.module.package, name];
  return context.imports.get(name);
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
