// Every literal and term of a rule, with what is around it. Chains of operators are as deep as they
// are long, so the walk keeps its own stack.

import type { Literal, Rule, Term } from '../../syntax/ast.ts';

/** A literal or a term. */
export type Node = Literal | Term;

/** Context of a node. */
type Around = {
  readonly rule: Rule;
  /** The body that the node is in; undefined in a head or a value. */
  readonly body: readonly Literal[] | undefined;
  /** Owner of the body. */
  readonly scope: 'head' | 'rule' | 'comprehension' | 'every';
  readonly negated: boolean;
  /** Whether it is what a `with` replaces. */
  readonly isTarget: boolean;
  readonly parent: Node | undefined;
};

/** One node of a rule. */
export type Visit = Around & { readonly node: Node };

/** All nodes of a rule in the order of the text, each before those inside it. */
export function walkRule(rule: Rule): readonly Visit[] {
  const base = { rule, negated: false, isTarget: false, parent: undefined };
  const head = { ...base, body: undefined, scope: 'head' } as const;
  const stack: Visit[] = [];
  for (const node of [...rule.path, ...(rule.args ?? [])]) stack.push({ ...head, node });
  if (rule.member !== undefined) stack.push({ ...head, node: rule.member });
  for (const { value, body } of rule.branches) {
    stack.push({ ...head, node: value });
    for (const node of body) stack.push({ ...base, body, scope: 'rule', node });
  }
  return walk(stack.reverse());
}

/** All nodes of a term, itself and those of bodies included. */
export function walkTerm(term: Term, rule: Rule): readonly Node[] {
  const around = { rule, negated: false, isTarget: false, parent: undefined, body: undefined };
  return walk([{ ...around, scope: 'head', node: term }]).map(({ node }) => node);
}

/** All nodes of a literal, itself and those of bodies included. */
export function walkLiteral(literal: Literal, rule: Rule): readonly Node[] {
  const around = { rule, negated: false, isTarget: false, parent: undefined, body: undefined };
  return walk([{ ...around, scope: 'rule', node: literal }]).map(({ node }) => node);
}

/** Takes what is next from the end of the stack. */
function walk(stack: Visit[]): readonly Visit[] {
  const visits: Visit[] = [];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    visits.push(visit);
    for (const child of childrenOf(visit).toReversed()) stack.push(child);
  }
  return visits;
}

/** All terms of a term, itself included. */
export function termsWithin(term: Term): readonly Term[] {
  const found: Term[] = [];
  const stack: Term[] = [term];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    found.push(next);
    stack.push(...termsOf(next).toReversed());
  }
  return found;
}

function childrenOf(visit: Visit): readonly Visit[] {
  const { node } = visit;
  const around = { ...visit, parent: node };
  const make = (each: Node): Visit => ({ ...around, node: each });
  const inBody = (body: readonly Literal[], scope: Around['scope']): readonly Visit[] =>
    body.map((each) => ({ ...around, node: each, body, scope, negated: false }));
  switch (node.kind) {
    case 'expr':
      return [make(node.term)];
    case 'assign':
    case 'unify':
      return [make(node.left), make(node.right)];
    case 'some':
      return [];
    case 'some-in':
      return [...(node.key ? [node.key] : []), node.value, node.collection].map(make);
    case 'every':
      return [make(node.collection), ...inBody(node.body, 'every')];
    case 'not':
      return [{ ...make(node.literal), negated: true }];
    case 'with':
      return [
        make(node.literal),
        ...node.modifiers.flatMap(({ target, value }) => [
          { ...make(target), isTarget: true },
          make(value),
        ]),
      ];
    case 'comprehension':
      return [...termsOf(node).map(make), ...inBody(node.body, 'comprehension')];
    default:
      return termsOf(node).map((each) => ({ ...make(each), negated: false }));
  }
}

/** The terms directly in a term, without those of the body of a comprehension. */
function termsOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'ref':
      return [term.head, ...term.path];
    case 'call':
      return term.args;
    case 'array':
    case 'set':
      return term.items;
    case 'object':
      return term.pairs.flat();
    case 'comprehension':
      return term.key === undefined ? [term.value] : [term.key, term.value];
    case 'template':
      return term.parts.flatMap((part) =>
        part.kind === 'modified'
          ? [part.term, ...part.modifiers.flatMap(({ target, value }) => [target, value])]
          : [part],
      );
    default:
      return [];
  }
}
