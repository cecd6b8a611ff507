// Resolves every rule of the tree, module by module.

import { isWildcard, type Module, type RuleBranch, type Term } from '../syntax/ast.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';
import { makeMetadata, type RuleSources } from './metadata.ts';
import { isUnread, type ModuleContext } from './module-context.ts';
import { collectReplacedNames } from './replaced-names.ts';
import { declareUsed, resolveBody } from './resolve-body.ts';
import { resolveOperand } from './resolve-term.ts';
import type { ResolvedBranch, ResolvedTerm } from './resolved-tree.ts';
import { type RuleDefinition, type RuleNode, ruleNodes } from './rule-tree.ts';
import { declare, declareHidden, innerScope, isKnown, rootScope, type Scope } from './scope.ts';
import { visitPattern } from './visit-variables.ts';

/**
 * Fills in the branches of all definitions and reports what does not resolve.
 *
 * @returns definitions with a problem, of which nothing more is said
 */
export function resolveRules(
  root: RuleNode,
  { prints, ...sources }: RuleSources & Pick<ModuleContext, 'prints'>,
  problems: RegoProblem[],
): Set<RuleDefinition> {
  const { modules } = sources;
  const metadata = makeMetadata(root, sources, problems);
  let replaced: ReadonlySet<string> | undefined;
  const isReplaced = (name: string) => {
    replaced ??= collectReplacedNames(modules);
    return replaced.has(name);
  };
  const contexts = new Map(
    modules.map((module) => {
      return [
        module,
        { ...makeContext(root, module, modules, problems), prints, isReplaced },
      ] as const;
    }),
  );
  const faulty = new Set<RuleDefinition>();
  for (const node of ruleNodes(root)) {
    for (const definition of node.definitions) {
      const context = contexts.get(definition.module);
      if (!context) continue;
      if (isUnread(context, [...definition.module.package, ANY_NAME])) {
        faulty.add(definition);
        continue;
      }
      const own = { ...context, metadata: metadata(node, definition) };
      const before = problems.length;
      definition.branches = resolveDefinition(own, definition);
      if (problems.length > before || node.isContradictory) faulty.add(definition);
    }
  }
  return faulty;
}

// Where anything may be in a package, each of its names may be a rule's: nothing is resolved there.
const ANY_NAME = '';

/** Creates the context that resolves names in a module. */
function makeContext(
  root: RuleNode,
  module: Module,
  modules: readonly Module[],
  problems: RegoProblem[],
): Omit<ModuleContext, 'prints' | 'isReplaced' | 'metadata'> {
  const home = module.package.join('\u0000');
  const ruleNames = new Set<string>();
  for (const other of modules) {
    if (other.package.join('\u0000') !== home) continue;
    for (const { path } of other.rules) {
      const [first] = path;
      if (first?.kind === 'scalar' && typeof first.value === 'string') ruleNames.add(first.value);
    }
  }
  const unread = modules.filter((each) => each.unread !== undefined);
  for (const other of unread) {
    if (other.package.join('\u0000') !== home || other.unread === 'anything') continue;
    for (const name of other.unread ?? []) ruleNames.add(name);
  }
  const imports = new Map(module.imports.map(({ alias, path }) => [alias, path] as const));
  const report: ModuleContext['report'] = (code, at, message) => {
    problems.push({ code, message, file: module.file, ...at });
  };
  return { module, root, unread, imports, ruleNames, report, resolveBody };
}

function resolveDefinition(
  context: ModuleContext,
  definition: RuleDefinition,
): readonly ResolvedBranch[] {
  const { rule, suffix } = definition;
  return rule.branches.map((branch) =>
    resolveBranch(context, branch, rule.args ?? [], suffix, rule.member),
  );
}

function resolveBranch(
  context: ModuleContext,
  branch: RuleBranch,
  args: readonly Term[],
  suffix: readonly Term[],
  member: Term | undefined,
): ResolvedBranch {
  const outer = rootScope();
  for (const argument of args) declareArgument(outer, argument);
  if (args.some(isComputed)) declareUsed(context, outer, branch.body);
  const resolvedArgs = args.map((argument) => resolveArgument(context, outer, argument));
  const scope = innerScope(outer, 'plain');
  const body = [...outer.before, ...resolveBody(context, scope, branch.body)];
  const value = resolveOperand(context, scope, branch.value);
  const parts = suffix.map((part) => resolveOperand(context, scope, part));
  const added = member && resolveOperand(context, scope, member);
  return {
    args: resolvedArgs,
    body: [...body, ...scope.before],
    value,
    suffix: parts,
    member: added,
    locals: outer.locals,
    at: branch.at,
  };
}

// What must be computed, such as a call, is compared in the body, where its variables have values.
function resolveArgument(context: ModuleContext, scope: Scope, argument: Term): ResolvedTerm {
  const hoist = (term: ResolvedTerm): ResolvedTerm => {
    switch (term.kind) {
      case 'array':
        return { ...term, items: term.items.map(hoist) };
      case 'object':
        return { ...term, pairs: term.pairs.map(([key, value]) => [key, hoist(value)] as const) };
      case 'call':
      case 'comprehension': {
        const left = { kind: 'local', id: declareHidden(scope, argument.at) } as const;
        scope.before.push({ kind: 'unify', left, right: term, at: argument.at });
        return left;
      }
      default:
        return term;
    }
  };
  return hoist(resolveOperand(context, scope, argument));
}

// The closures in such an argument see variables of the body.
function isComputed(argument: Term): boolean {
  switch (argument.kind) {
    case 'array':
      return argument.items.some(isComputed);
    case 'object':
      return argument.pairs.some(([, value]) => isComputed(value));
    default:
      return ['call', 'comprehension', 'template'].includes(argument.kind);
  }
}

function declareArgument(scope: Scope, argument: Term): void {
  visitPattern(argument, ({ name, at }) => {
    if (isWildcard(name) || isKnown(scope, name)) return;
    declare(scope, name, at);
    scope.declared.add(name);
  });
}
