import type { Construct } from 'constructs';
import { deriveName } from './derive-name.ts';

/** What labels that bind resources to a policy begin with. */
const BINDING = 'policy/';
/** What is left of a label's 63 characters. */
const BINDING_NAME_LENGTH_MAX = 56;

/** What the label says; that it is there is what counts. */
export const BOUND = 'bound';

/** The label that a policy's selector asks for, and that whatever is bound to it gets. */
export function policyLabel(policy: Construct): string {
  return `${BINDING}${deriveName(policy, BINDING_NAME_LENGTH_MAX)}`;
}
