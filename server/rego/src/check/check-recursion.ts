// A rule may not depend on itself, directly or through others.

import type { RegoProblem } from '../syntax/rego-problem.ts';
import {
  type CallTarget,
  type DocumentTerm,
  fixedPart,
  type ResolvedBranch,
  type ResolvedLiteral,
  type ResolvedTerm,
  type WithTarget,
} from './resolved-tree.ts';
import { childrenFor, findNode, type RuleNode, ruleNodes } from './rule-tree.ts';

/** Rules, `input` references and replacements that each rule uses. */
export type Uses = {
  readonly rules: ReadonlySet<RuleNode>;
  readonly inputs: readonly DocumentTerm[];
  /** The references to `data` that lead to no rule. */
  readonly documents: readonly DocumentTerm[];
  /** The references to `data` that may read documents: those that do not lead into one rule. */
  readonly data: readonly DocumentTerm[];
  /** The targets of its `with`. */
  readonly replaced: readonly WithTarget[];
};

/** Finds what every rule uses. */
export function findUses(root: RuleNode): ReadonlyMap<RuleNode, Uses> {
  return new Map(ruleNodes(root).map((node) => [node, usesOf(root, node)] as const));
}

/** Reports each rule that depends on itself, once for a circle. */
export function checkRecursion(uses: ReadonlyMap<RuleNode, Uses>, problems: RegoProblem[]): void {
  const done = new Set<RuleNode>();
  for (const start of uses.keys()) {
    const stack: { node: RuleNode; next: Iterator<RuleNode> }[] = [];
    const onStack = new Set<RuleNode>();
    const enter = (node: RuleNode) => {
      stack.push({ node, next: (uses.get(node)?.rules ?? new Set<RuleNode>()).values() });
      onStack.add(node);
    };
    if (!done.has(start)) enter(start);
    while (stack.length > 0) {
      const top = stack.at(-1);
      const step = top?.next.next();
      if (!top || step?.done !== false) {
        stack.pop();
        if (top) onStack.delete(top.node);
        if (top) done.add(top.node);
      } else if (onStack.has(step.value)) {
        reportCircle(
          stack.map(({ node }) => node),
          step.value,
          problems,
        );
      } else if (!done.has(step.value)) enter(step.value);
    }
  }
}

function reportCircle(path: readonly RuleNode[], start: RuleNode, problems: RegoProblem[]): void {
  const circle = [...path.slice(path.indexOf(start)), start];
  const names = circle.map((node) => node.path.join('.')).join(' -> ');
  const definition = start.definitions[0];
  if (!definition) return;
  const message = `A rule depends on itself: ${names}. Break the circle; Rego has no recursion.`;
  const { module, rule } = definition;
  problems.push({ code: 'recursion', message, file: module.file, ...rule.at });
}

function usesOf(root: RuleNode, node: RuleNode): Uses {
  const rules = new Set<RuleNode>();
  const inputs: DocumentTerm[] = [];
  const documents: DocumentTerm[] = [];
  const data: DocumentTerm[] = [];
  const replaced: WithTarget[] = [];
  const onReplaced = (target: WithTarget) => replaced.push(target);
  const onDocument = (document: DocumentTerm) => {
    if (document.root === 'input') inputs.push(document);
    else {
      const nodes = nodesOfReference(root, document);
      for (const used of nodes) rules.add(used);
      if (nodes.length === 0) documents.push(document);
      if (!leadsIntoRule(root, document)) data.push(document);
    }
  };
  const onTarget = (target: CallTarget) => {
    const used = target.kind === 'rule' ? findNode(root, target.path) : undefined;
    if (used) rules.add(used);
  };
  const visitor = { onDocument, onTarget, onReplaced };
  for (const { branches } of node.definitions) {
    for (const branch of branches) visitBranch(branch, visitor);
  }
  if (node.kind === 'partial') {
    for (const child of node.children.values()) {
      for (const below of ruleNodes(child)) if (below.kind !== 'function') rules.add(below);
    }
  }
  return { rules, inputs, documents, data, replaced };
}

/** Whether the constant beginning of a reference names a rule, or a part of its value. */
function leadsIntoRule(root: RuleNode, document: DocumentTerm): boolean {
  let node = root;
  for (const part of document.path) {
    const name = fixedPart(part);
    if (typeof name !== 'string') return false;
    const [child] = childrenFor(node, name);
    if (child === undefined) return false;
    [, node] = child;
    if (node.definitions.length > 0) return true;
  }
  return false;
}

/** The rules that a reference into `data` can reach. */
export function nodesOfReference(root: RuleNode, document: DocumentTerm): readonly RuleNode[] {
  const found: RuleNode[] = [];
  const visit = (node: RuleNode, depth: number): void => {
    if (node.definitions.length > 0) {
      if (node.kind !== 'function') found.push(node);
      return;
    }
    for (const [, child] of childrenFor(node, fixedPart(document.path[depth]))) {
      visit(child, depth + 1);
    }
  };
  visit(root, 0);
  return found;
}

type Visitor = {
  readonly onDocument: (document: DocumentTerm) => void;
  readonly onTarget: (target: CallTarget) => void;
  readonly onReplaced: (target: WithTarget) => void;
};

/** Visits every reference and call of a branch, closures included. */
function visitBranch(branch: ResolvedBranch, visitor: Visitor): void {
  for (const literal of branch.body) visitLiteral(literal, visitor);
  for (const term of [...branch.args, ...branch.suffix, branch.value, branch.member]) {
    if (term) visitTerm(term, visitor);
  }
}

function visitLiteral(literal: ResolvedLiteral, visitor: Visitor): void {
  switch (literal.kind) {
    case 'expr':
      visitTerm(literal.term, visitor);
      return;
    case 'unify':
      visitTerm(literal.left, visitor);
      visitTerm(literal.right, visitor);
      return;
    case 'some-in':
      if (literal.key) visitTerm(literal.key, visitor);
      visitTerm(literal.value, visitor);
      visitTerm(literal.collection, visitor);
      return;
    case 'every':
      visitTerm(literal.collection, visitor);
      break;
    case 'with':
      for (const { target, replacement } of literal.modifiers) {
        visitor.onReplaced(target);
        if (replacement.kind === 'value') visitTerm(replacement.term, visitor);
        else visitor.onTarget(replacement.target);
      }
      break;
    case 'not':
      break;
  }
  for (const inner of literal.body) visitLiteral(inner, visitor);
}

function visitTerm(term: ResolvedTerm, visitor: Visitor): void {
  const all = (terms: readonly ResolvedTerm[]) => {
    for (const inner of terms) visitTerm(inner, visitor);
  };
  switch (term.kind) {
    case 'document':
      visitor.onDocument(term);
      all(term.path);
      return;
    case 'ref':
      all([term.head, ...term.path]);
      return;
    case 'array':
    case 'set':
      all(term.items);
      return;
    case 'object':
      all(term.pairs.flat());
      return;
    case 'call':
      visitor.onTarget(term.target);
      all(term.args);
      return;
    case 'comprehension':
      if (term.key) visitTerm(term.key, visitor);
      visitTerm(term.value, visitor);
      for (const literal of term.body) visitLiteral(literal, visitor);
      return;
    default:
      return;
  }
}
