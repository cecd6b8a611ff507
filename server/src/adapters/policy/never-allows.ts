/** Finds policies whose `allow` can never be true: as a policy of type `access` one refuses all. */
import type { Literal, Module, Rule, RuleBranch, Term } from '@novacron/rego/ast';

/**
 * Whether no definition of `allow` in a module can be true, as its text says: there is none, or all
 * are other constants, sets, or have a condition that is the constant `false`. What only an
 * evaluation can tell counts as possible.
 */
export function neverAllows({ rules }: Module): boolean {
  return !rules.some((rule) => isAllow(rule) && mayBeTrue(rule));
}

function isAllow({ path: [head] }: Rule): boolean {
  return head !== undefined && nameOf(head) === 'allow';
}

function nameOf(term: Term): string | undefined {
  if (term.kind === 'var') return term.name;
  return term.kind === 'scalar' && typeof term.value === 'string' ? term.value : undefined;
}

/** A rule with a longer path, such as `allow.x`, and one that adds members is a collection. */
function mayBeTrue({ path, args, shape, branches }: Rule): boolean {
  if (path.length !== 1 || args !== undefined || shape === 'set') return false;
  return branches.some((branch) => hasTrueValue(branch) && !branch.body.some(isFalse));
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
