// The tree of all rules of all modules, by the names along their paths.

import type { Module, Rule, Term } from '../syntax/ast.ts';
import type { Position, RegoProblem } from '../syntax/rego-problem.ts';
import type { ResolvedBranch } from './resolved-tree.ts';

/** One definition of a rule, and where it came from. */
export type RuleDefinition = {
  readonly module: Module;
  readonly rule: Rule;
  /** The part of the head's path from the first name on that is not fixed. */
  readonly suffix: readonly Term[];
  /** Filled in by `resolveRules`. */
  branches: readonly ResolvedBranch[];
};

/** Kind of a node in the tree. */
type RuleKind = 'none' | 'function' | 'value' | 'set' | 'partial';

/** A place in the tree. */
export type RuleNode = {
  readonly path: readonly string[];
  readonly children: Map<string, RuleNode>;
  readonly definitions: RuleDefinition[];
  kind: RuleKind;
  /** Whether its definitions contradict each other, which is reported. */
  isContradictory: boolean;
};

/** Makes an empty tree. */
function emptyNode(path: readonly string[]): RuleNode {
  return { path, children: new Map(), definitions: [], kind: 'none', isContradictory: false };
}

/** Builds the tree of all modules' rules and reports definitions that contradict each other. */
export function buildRuleTree(modules: readonly Module[], problems: RegoProblem[]): RuleNode {
  const root = emptyNode([]);
  for (const module of modules) {
    growNode(root, module.package);
    for (const rule of module.rules) addRule(root, module, rule);
  }
  checkNode(root, problems);
  return root;
}

/** Finds a place; undefined where no rule and no package is. */
export function findNode(root: RuleNode, path: readonly string[]): RuleNode | undefined {
  let node: RuleNode | undefined = root;
  for (const name of path) node = node?.children.get(name);
  return node;
}

/** Whether a place or one below it has rules other than functions. */
export function hasValues(node: RuleNode): boolean {
  if (node.definitions.length > 0 && node.kind !== 'function') return true;
  return [...node.children.values()].some(hasValues);
}

/** Whether a place or one below it has rules. */
export function hasRules(node: RuleNode): boolean {
  return node.definitions.length > 0 || [...node.children.values()].some(hasRules);
}

/** All places with rules, from `node` down. */
export function ruleNodes(node: RuleNode): readonly RuleNode[] {
  const below = [...node.children.values()].flatMap(ruleNodes);
  return node.definitions.length > 0 ? [node, ...below] : below;
}

/** The name of the place of an ad-hoc query, which no reference reaches. */
export const QUERY_PACKAGE = '__query__';

/**
 * The names below a place that the next part of a reference can mean: one if it is fixed, all if it
 * is only known at evaluation (`null`) or if the reference ends.
 */
export function childrenFor(
  node: RuleNode,
  part: string | null | undefined,
): readonly (readonly [string, RuleNode])[] {
  if (typeof part !== 'string') {
    return [...node.children].filter(([name]) => name !== QUERY_PACKAGE);
  }
  const child = node.children.get(part);
  return child ? [[part, child]] : [];
}

/** The number of arguments of a function's place. */
export function arityOf(node: RuleNode): number {
  return node.definitions[0]?.rule.args?.length ?? 0;
}

function growNode(root: RuleNode, path: readonly string[]): RuleNode {
  let node = root;
  for (const name of path) {
    let child = node.children.get(name);
    if (!child) {
      child = emptyNode([...node.path, name]);
      node.children.set(name, child);
    }
    node = child;
  }
  return node;
}

function addRule(root: RuleNode, module: Module, rule: Rule): void {
  const names: string[] = [];
  for (const part of rule.path) {
    if (part.kind !== 'scalar' || typeof part.value !== 'string') break;
    names.push(part.value);
  }
  const node = growNode(root, [...module.package, ...names]);
  const suffix = rule.path.slice(names.length);
  node.definitions.push({ module, rule, suffix, branches: [] });
}

function kindOf({ rule, suffix }: RuleDefinition): RuleKind {
  if (rule.args) return 'function';
  if (suffix.length > 0) return 'partial';
  return rule.shape === 'set' ? 'set' : 'value';
}

function checkNode(node: RuleNode, problems: RegoProblem[]): void {
  const [first, ...others] = node.definitions;
  if (first) {
    const before = problems.length;
    node.kind = kindOf(first);
    for (const other of others) {
      if (kindOf(other) === node.kind) continue;
      reportAt(problems, other, contradiction(node, first, other));
    }
    checkArity(node, problems);
    checkDefaults(node, problems);
    checkBelow(node, first, problems);
    node.isContradictory = problems.length > before;
  }
  for (const child of node.children.values()) checkNode(child, problems);
}

function reportAt(
  problems: RegoProblem[],
  { module, rule }: RuleDefinition,
  message: string,
): void {
  problems.push({ code: 'conflict', message, file: module.file, ...rule.at });
}

const KIND_NAMES: Readonly<Record<RuleKind, string>> = {
  none: 'nothing',
  function: 'a function',
  value: 'a single value',
  set: 'a set',
  partial: 'an object with a key of its own',
};

function contradiction(node: RuleNode, first: RuleDefinition, other: RuleDefinition): string {
  const where = placeOf(first);
  return (
    `${node.path.join('.')} is ${KIND_NAMES[kindOf(other)]} here but ` +
    `${KIND_NAMES[kindOf(first)]} at ${where}; use one form for all its definitions.`
  );
}

function placeOf({ module, rule }: RuleDefinition): string {
  return placeName(module.file, rule.at);
}

function placeName(file: string, at: Position): string {
  return `${file}:${at.row}:${at.column}`;
}

function checkArity(node: RuleNode, problems: RegoProblem[]): void {
  const [first, ...others] = node.definitions;
  for (const other of others) {
    const wanted = first?.rule.args?.length;
    if (!first || other.rule.args?.length === wanted || node.kind !== 'function') continue;
    const message =
      `The function ${node.path.join('.')} has ${wanted} arguments at ${placeOf(first)}; ` +
      'give it the same number here, or another name.';
    reportAt(problems, other, message);
  }
}

function checkDefaults(node: RuleNode, problems: RegoProblem[]): void {
  const defaults = node.definitions.filter(({ rule }) => rule.shape === 'default');
  for (const extra of defaults.slice(1)) {
    reportAt(problems, extra, `${node.path.join('.')} has more than one default; keep one.`);
  }
  const isWhole = node.kind === 'value' || node.kind === 'function';
  const [first] = defaults;
  if (first && !isWhole) {
    reportAt(problems, first, `${node.path.join('.')} has a key, so it cannot have a default.`);
  }
}

function checkBelow(node: RuleNode, first: RuleDefinition, problems: RegoProblem[]): void {
  if (node.kind === 'partial') return;
  const below = [...node.children.values()].flatMap(ruleNodes)[0]?.definitions[0];
  if (!below) return;
  const message =
    `${node.path.join('.')} has a value of its own at ${placeOf(first)}, so no rule can be below ` +
    'it; rename one of them.';
  reportAt(problems, below, message);
}
