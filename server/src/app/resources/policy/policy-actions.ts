/** The actions and kinds that policies can be narrowed to. */

import type { PolicySpec } from '@novacron/contract/kinds/policy/policy';
import { policyActions } from '@novacron/contract/policy-input/policy-input-schema';
import { SUBJECT_KINDS } from '@novacron/contract/policy-input/subject-fields';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** A policy for an action that never occurs would protect nothing without anyone noticing. */
export function findUnknownAction({ actions, selector }: PolicySpec): Problem | undefined {
  const known = { actions: policyActions(), kinds: SUBJECT_KINDS };
  const fields = [
    ...strangers(actions ?? [], known.actions, ['actions']),
    ...strangers(selector?.kinds ?? [], known.kinds, ['selector', 'kinds']),
  ];
  const [first] = fields;
  if (first === undefined) return undefined;
  return problem('validation-failed', {
    detail: `The policy would never be evaluated as intended: ${first.message}.`,
    remedy: 'Use an action that policies decide: VERB_NOUN of an operation that writes.',
    fields,
  });
}

function strangers(given: readonly string[], known: readonly string[], path: readonly string[]) {
  return given
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearName(name, known);
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      const what =
        path[0] === 'actions' ? 'an action that policies decide' : 'a kind that policies decide';
      return { path: [...path], message: `${name} is not ${what}${hint}` };
    });
}
