// Lines in a loop that are the same in every turn of it.

import type { Literal, Rule } from '../../syntax/ast.ts';
import type { LintRule, Remark, SourceFile } from '../source/model.ts';
import { nameOfCall, variablesIn } from '../source/names.ts';
import { outputsOf, setVariables } from '../source/output-variables.ts';
import { type Node, termsWithin, walkLiteral } from '../source/walk-rule.ts';

/** The rule `non-loop-expression` of Regal. */
export const nonLoopExpression: LintRule = {
  name: 'non-loop-expression',
  category: 'performance',
  level: 'error',
  check: (file) =>
    file.module.rules.flatMap((rule) => [
      ...rule.branches.flatMap(({ body }) => findInBody(body, rule, file)),
      ...(file.visitsOf.get(rule) ?? []).flatMap(({ node }) => {
        if (node.kind !== 'every') return [];
        const own = [node.value.name, ...(node.key ? [node.key.name] : [])];
        return findAfter(node.body, { varying: new Set(own), rule, file });
      }),
    ]),
};

function findInBody(body: readonly Literal[], rule: Rule, file: SourceFile): readonly Remark[] {
  const first = body.findIndex((literal) => loopVariables(literal, rule, file) !== undefined);
  const loop = body[first];
  if (loop === undefined) return [];
  const varying = new Set(loopVariables(loop, rule, file));
  return findAfter(body.slice(first + 1), { varying, rule, file });
}

interface Loop {
  /** Variables that differ from turn to turn. */
  readonly varying: Set<string>;
  readonly rule: Rule;
  readonly file: SourceFile;
}

function findAfter(body: readonly Literal[], { varying, rule, file }: Loop): readonly Remark[] {
  return body.flatMap((literal) => {
    const nodes = walkLiteral(literal, rule);
    const names = nodes.flatMap(nameOfNode);
    const own = literal.kind === 'assign' ? variablesIn(literal.left) : [];
    const inner = loopVariables(literal, rule, file);
    const isVarying = names.some((name) => varying.has(name));
    for (const name of inner ?? []) varying.add(name);
    if (isVarying && literal.kind === 'unify') for (const name of names) varying.add(name);
    // What is assigned here is bound below the loop, wherever it could stand.
    for (const { name } of own) varying.add(name);
    if (isVarying || inner !== undefined || !isMovable(literal)) return [];
    return [{ at: literal.at, message: 'This is the same in every turn; move it above the loop.' }];
  });
}

/** Variables that a line binds to one value after the other; undefined where it is no loop. */
function loopVariables(
  literal: Literal,
  rule: Rule,
  file: SourceFile,
): readonly string[] | undefined {
  if (literal.kind === 'with') return loopVariables(literal.literal, rule, file);
  if (literal.kind === 'some-in') {
    const terms = [...(literal.key ? [literal.key] : []), literal.value];
    return terms.flatMap(variablesIn).map(({ name }) => name);
  }
  if (literal.kind === 'expr' && literal.term.kind === 'call') {
    const { args } = literal.term;
    if (nameOfCall(literal.term) === 'walk' && args.length === 2) {
      return args
        .slice(1)
        .flatMap(variablesIn)
        .map(({ name }) => name);
    }
  }
  if (literal.kind !== 'expr' && literal.kind !== 'assign' && literal.kind !== 'unify') {
    return undefined;
  }
  const known = setVariables(rule, file);
  const outputs = outerTerms(literal).flatMap((node) =>
    node.kind === 'ref' ? outputsOf(node, { file, known }) : [],
  );
  if (outputs.length === 0) return undefined;
  const sides = literal.kind === 'expr' ? [] : [literal.left];
  return [
    ...outputs.map(({ name }) => name),
    ...sides.flatMap(variablesIn).map(({ name }) => name),
  ];
}

/** The terms of a line; none where one of them is a comprehension, whose loops end in it. */
function outerTerms(literal: Extract<Literal, { kind: 'expr' | 'assign' | 'unify' }>) {
  const terms = literal.kind === 'expr' ? [literal.term] : [literal.left, literal.right];
  const all = terms.flatMap(termsWithin);
  return all.some(({ kind }) => kind === 'comprehension') ? [] : all;
}

function nameOfNode(node: Node): readonly string[] {
  if (node.kind === 'var') return [node.name];
  return node.kind === 'some' ? node.names.map(({ name }) => name) : [];
}

/** Whether a line may stand above a loop: not a declaration, nor what only writes. */
function isMovable(literal: Literal): boolean {
  if (literal.kind === 'with') return isMovable(literal.literal);
  if (literal.kind === 'some') return false;
  const call = literal.kind === 'expr' ? literal.term : undefined;
  return call?.kind !== 'call' || nameOfCall(call) !== 'print';
}
