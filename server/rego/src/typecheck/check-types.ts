// The type checker: infers what each rule's value can be, those that it uses first, and reports
// expressions that can never hold, references that are never defined and arguments that a function
// never takes. Source: OPA's type checker; unlike it, this one knows that collections can be empty
// and that `with` may put anything in a rule's place, so that it refuses only what cannot be.

import type { Uses } from '../check/check-recursion.ts';
import type { CallTarget, ResolvedBranch, ResolvedTerm } from '../check/resolved-tree.ts';
import { findNode, type RuleDefinition, type RuleNode, ruleNodes } from '../check/rule-tree.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';
import { checkBody } from './check-body.ts';
import { checkMessages } from './check-messages.ts';
import { findReplaced } from './find-replaced.ts';
import { inferTerm } from './infer-term.ts';
import { matchPattern } from './match-pattern.ts';
import { ANY, type RegoType, unionOf } from './rego-type.ts';
import { type BranchTypes, ruleTypeOf } from './rule-type.ts';
import type { DocumentTypes } from './schema-documents.ts';
import { type Signature, signatureOf } from './signature.ts';
import type { TypeScope, World } from './type-scope.ts';

/** Inputs of the type checker besides the rules. */
type TypeSources = {
  readonly uses: ReadonlyMap<RuleNode, Uses>;
  /** Rules whose types are not inferred: these may be anything. */
  readonly isUnknown: (node: RuleNode) => boolean;
  /** Types of `input` and `data` in a branch of a rule. */
  readonly documentTypes: (
    node: RuleNode,
    definition: RuleDefinition,
    branch: ResolvedBranch,
  ) => DocumentTypes;
  /** Takes down what may be meant; conditions that types decide are checked with it. */
  readonly warn?: ReportProblem;
};

/** Takes down what is wrong with a rule. */
type ReportProblem = (problem: RegoProblem, node: RuleNode, definition: RuleDefinition) => void;

/** What one definition is checked with. */
type DefinitionSources = {
  readonly documentsOf: (branch: ResolvedBranch) => DocumentTypes;
  readonly report: (problem: RegoProblem) => void;
  readonly warn: ((problem: RegoProblem) => void) | undefined;
};

/**
 * Checks resolved and ordered rules and reports every `type-error`.
 *
 * @returns the types of all rules' values, and of functions' results
 */
export function checkTypes(
  root: RuleNode,
  { uses, isUnknown, documentTypes, warn }: TypeSources,
  report: ReportProblem,
): ReadonlyMap<RuleNode, RegoType> {
  const types = new Map<RuleNode, RegoType>();
  const signatures = new Map<RuleNode, Signature>();
  const world = makeWorld(root, uses, types, signatures);
  for (const node of usedFirst(root, uses)) {
    if (isUnknown(node)) continue;
    const branches = node.definitions.flatMap((definition) =>
      checkDefinition(world, definition, {
        documentsOf: (branch) => documentTypes(node, definition, branch),
        report: (problem) => report(problem, node, definition),
        warn: warn && ((problem) => warn(problem, node, definition)),
      }),
    );
    types.set(node, ruleTypeOf(node, branches));
    if (node.kind === 'function') signatures.set(node, signatureOfRule(branches));
  }
  return types;
}

function checkDefinition(
  world: World,
  { module, branches }: RuleDefinition,
  sources: DefinitionSources,
): readonly BranchTypes[] {
  const into =
    (take: (problem: RegoProblem) => void): TypeScope['report'] =>
    (at, message) =>
      take({ code: 'type-error', message, file: module.file, ...at });
  const report = into(sources.report);
  const warn = sources.warn && into(sources.warn);
  return branches.map((branch) => {
    const types = new Map<number, RegoType>();
    const documents = sources.documentsOf(branch);
    const { locals } = branch;
    const scope = { ...world, documents, checkBody, inferTerm, report, warn, locals, types };
    const infer = (term: ResolvedTerm) => inferTerm(scope, term);
    const args = branch.args.map(infer);
    for (const argument of branch.args) matchPattern(scope, argument, ANY);
    checkBody(scope, branch.body);
    const member = branch.member && infer(branch.member);
    checkMessages(scope, branch);
    return { args, value: infer(branch.value), suffix: branch.suffix.map(infer), member };
  });
}

function signatureOfRule(branches: readonly BranchTypes[]): Signature {
  const args = (branches[0]?.args ?? []).map((_, index) =>
    unionOf(branches.map((branch) => branch.args[index] ?? ANY)),
  );
  return { args, result: unionOf(branches.map(({ value }) => value)) };
}

function makeWorld(
  root: RuleNode,
  uses: ReadonlyMap<RuleNode, Uses>,
  types: ReadonlyMap<RuleNode, RegoType>,
  signatures: ReadonlyMap<RuleNode, Signature>,
): World {
  const replaced = findReplaced(root, uses.values());
  return {
    root,
    ruleType: (node) => (replaced.nodes.has(node) ? ANY : (types.get(node) ?? ANY)),
    signature: (target: CallTarget) => {
      if (target.kind === 'builtin') {
        return replaced.builtins.has(target.name) ? undefined : signatureOf(target.name);
      }
      const node = findNode(root, target.path);
      return node && !replaced.nodes.has(node) ? signatures.get(node) : undefined;
    },
  };
}

/** All rules, each after those that it uses; there are no circles. */
function usedFirst(root: RuleNode, uses: ReadonlyMap<RuleNode, Uses>): readonly RuleNode[] {
  const ordered = new Set<RuleNode>();
  const seen = new Set<RuleNode>();
  const stack = [...ruleNodes(root)].reverse();
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const open = seen.has(node) ? [] : [...(uses.get(node)?.rules ?? [])];
    seen.add(node);
    const next = open.filter((used) => !seen.has(used));
    if (next.length > 0) stack.push(...next);
    else {
      stack.pop();
      ordered.add(node);
    }
  }
  return [...ordered];
}
