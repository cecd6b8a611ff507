/** The actions and kinds that policies can be narrowed to. */

import type { PolicySpec } from '@novacron/contract/kinds/policy/policy';
import { findUnknownNames } from '@novacron/contract/policy-input/find-unknown-names';
import { judgedBy } from '@novacron/contract/policy-input/judged-input';
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** A policy for an action that never occurs would protect nothing without anyone noticing. */
export function findUnknownAction(spec: PolicySpec): Problem | undefined {
  const unknown = findUnknownNames(judgedBy(spec));
  const [first] = unknown;
  if (first === undefined) return undefined;
  return problem('validation-failed', {
    detail: `The policy would never be evaluated as intended: ${first.message}.`,
    remedy: 'Use an action that policies decide: VERB_NOUN of an operation that writes.',
    fields: unknown.map(({ path, message }) => ({ path: [...path], message })),
  });
}
