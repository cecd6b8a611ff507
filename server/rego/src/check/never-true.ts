// Finds rules that can never be true, as a policy whose `allow` is never true refuses everything.

import type { Literal, Rule, RuleBranch, Term } from '../syntax/ast.ts';

/**
 * Whether no definition of a rule can be true, as the text says. What only an evaluation can tell
 * counts as possible.
 * @param rules - those of one package
 * @returns `never` where there is no definition, or all are other constants or sets;
 *   `switched-off` where those that are left have the condition `false`, written on purpose
 */
export function neverTrue(
  rules: readonly Rule[],
  name: string,
): 'never' | 'switched-off' | undefined {
  const branches = rules
    .filter((rule) => isNamed(rule, name) && isSingle(rule))
    .flatMap(branchesOf);
  const trueOnes = branches.filter(hasTrueValue);
  if (trueOnes.length === 0) return 'never';
  return trueOnes.every(({ body }) => body.some(isFalse)) ? 'switched-off' : undefined;
}

function isNamed({ path: [head] }: Rule, name: string): boolean {
  return head !== undefined && nameOf(head) === name;
}

function nameOf(term: Term): string | undefined {
  if (term.kind === 'var') return term.name;
  return term.kind === 'scalar' && typeof term.value === 'string' ? term.value : undefined;
}

/** A rule with a longer path, such as `allow.x`, and one that adds members is a collection. */
function isSingle({ path, args, shape }: Rule): boolean {
  return path.length === 1 && args === undefined && shape !== 'set';
}

function branchesOf({ branches }: Rule): readonly RuleBranch[] {
  return branches;
}

function hasTrueValue({ value }: RuleBranch): boolean {
  switch (value.kind) {
    case 'scalar':
      return value.value === true;
    case 'number':
    case 'array':
    case 'set':
    case 'object':
    case 'comprehension':
    case 'template':
      return false;
    default:
      return true;
  }
}

function isFalse(literal: Literal): boolean {
  return literal.kind === 'expr' && literal.term.kind === 'scalar' && literal.term.value === false;
}
