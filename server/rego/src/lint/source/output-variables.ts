// Variables in the brackets of references that loop.

import { isWildcard, type Rule, type Term } from '../../syntax/ast.ts';
import type { Position } from '../../syntax/rego-problem.ts';
import type { SourceFile } from './model.ts';
import { isGlobal, variablesIn } from './names.ts';

/** A variable that a reference binds to each key in turn. */
export type OutputVariable = {
  readonly name: string;
  readonly at: Position;
  /** Whether it is not `_`. */
  readonly isNamed: boolean;
};

/** Bindings of variables outside the term. */
type Known = { readonly file: SourceFile; readonly known: ReadonlySet<string> };

/** Returns those of a reference; none of any other term. */
export function outputsOf(term: Term, { file, known }: Known): readonly OutputVariable[] {
  if (term.kind !== 'ref') return [];
  return term.path.flatMap((part) => {
    if (part.kind !== 'var') return [];
    const { name, at } = part;
    const isNamed = !isWildcard(name);
    if (isNamed && (known.has(name) || isGlobal(name, file))) return [];
    return [{ name, at, isNamed }];
  });
}

const made = new WeakMap<Rule, ReadonlySet<string>>();

/** Variables of a rule that arguments, assignments, comparisons and loops of keywords bind. */
export function setVariables(rule: Rule, file: SourceFile): ReadonlySet<string> {
  const known = made.get(rule) ?? new Set(namesOf(rule, file));
  made.set(rule, known);
  return known;
}

function namesOf(rule: Rule, file: SourceFile): readonly string[] {
  const terms: Term[] = [...(rule.args ?? [])];
  const names: string[] = [];
  for (const { node } of file.visitsOf.get(rule) ?? []) {
    if (node.kind === 'assign') terms.push(node.left);
    if (node.kind === 'unify') terms.push(...[node.left, node.right].filter(isPattern));
    if (node.kind === 'some-in') terms.push(...(node.key ? [node.key] : []), node.value);
    if (node.kind === 'every') names.push(node.value.name, node.key?.name ?? '_');
  }
  return [...names, ...terms.flatMap(variablesIn).map(({ name }) => name)];
}

function isPattern({ kind }: Term): boolean {
  return kind === 'var' || kind === 'array' || kind === 'object';
}
