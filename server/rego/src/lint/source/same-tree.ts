// Whether parts of a text are the same but for their places.

import { isWildcard, type Rule, type Term } from '../../syntax/ast.ts';
import { type Node, walkRule, walkTerm } from './walk-rule.ts';

/** A text that two rules share exactly when they are written alike. */
export function keyOfRule(rule: Rule): string {
  const { shape, args, branches, path } = rule;
  const bodies = branches.map(({ operator, body }) => `${operator}${body.length}`).join();
  const head = `${shape} ${path.length} ${args?.length} ${bodies} `;
  return head + keyOf(walkRule(rule).map(({ node }) => node));
}

/** Whether two terms of a rule are the same. */
export function isSameTerm(a: Term, b: Term, rule: Rule): boolean {
  return keyOf(walkTerm(a, rule)) === keyOf(walkTerm(b, rule));
}

/** Kinds and sizes in the order of the text determine a tree. */
function keyOf(nodes: readonly Node[]): string {
  return nodes.map(labelOf).join(' ');
}

function labelOf(node: Node): string {
  switch (node.kind) {
    case 'scalar':
      return JSON.stringify(node.value);
    case 'number':
      return node.text;
    case 'var':
      return isWildcard(node.name) ? '_' : node.name;
    case 'ref':
      return `ref${node.path.length}`;
    case 'call':
      return `${node.form}:${node.name.join('.')}(${node.args.length}`;
    case 'array':
    case 'set':
      return `${node.kind}${node.items.length}`;
    case 'object':
      return `object${node.pairs.length}`;
    case 'comprehension':
      return `${node.shape}|${node.key === undefined ? 1 : 2},${node.body.length}`;
    case 'template':
      return `template${node.parts.map(({ kind }) => kind).join()}`;
    case 'some':
      return `some ${node.names.map(({ name }) => name).join()}`;
    case 'some-in':
      return `in${node.key === undefined ? 1 : 2}`;
    case 'every':
      return `every ${node.key?.name} ${node.value.name} ${node.body.length}`;
    case 'with':
      return `with${node.modifiers.length}`;
    default:
      return node.kind;
  }
}
