/** Finds policies whose `allow` can never be true: as a policy of type `access` one refuses all. */
import type { Literal, Module, Rule, RuleBranch, Term } from '@novacron/rego/ast';
import type { CompiledRule } from '../../ports/policy-runtime.ts';

/**
 * Whether no definition of `allow` in a module can be true, as its text says. What only an
 * evaluation can tell counts as possible.
 * @returns `never` where there is no definition, or all are other constants or sets;
 *   `switched-off` where those that are left have the condition `false`, written on purpose
 */
export function neverAllows({ rules }: Module): CompiledRule['allows'] {
  const branches = rules.filter((rule) => isAllow(rule) && isSingle(rule)).flatMap(branchesOf);
  const trueOnes = branches.filter(hasTrueValue);
  if (trueOnes.length === 0) return 'never';
  return trueOnes.every(({ body }) => body.some(isFalse)) ? 'switched-off' : undefined;
}

function isAllow({ path: [head] }: Rule): boolean {
  return head !== undefined && nameOf(head) === 'allow';
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
