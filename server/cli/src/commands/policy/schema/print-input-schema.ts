/** `novacron policy schema`: what are policies asked? */
import { POLICY_INPUT_SCHEMA } from '@novacron/contract/gen/policy-input-schema';
import {
  makePolicyInputSchema,
  policyActions,
} from '@novacron/contract/policy-input/policy-input-schema';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { usageFailure } from '../../../failures/failure.ts';
import type { Outcome } from '../../../operations/run-command.ts';

/** Prints the schema. Failures: wrong usage, where there is no such action. */
export function printInputSchema(action: string | undefined): Outcome {
  const actions = policyActions();
  if (action !== undefined && !actions.includes(action)) {
    const near = nearName(action, actions);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return { failure: usageFailure(`${action} is not an action that policies decide${hint}`) };
  }
  const schema = action === undefined ? POLICY_INPUT_SCHEMA : makePolicyInputSchema(action);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  return { document: { kind: 'report', value: schema, text } };
}
