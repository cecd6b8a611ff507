import type { Construct } from 'constructs';
import { nameOf } from './derive-name.ts';

/** What labels that bind resources to a policy begin with. */
const BINDING = 'policy/';
/** What is left of a label's 63 characters. */
const BINDING_NAME_LENGTH_MAX = 56;

/** What the label says; that it is there is what counts. */
export const BOUND = 'bound';

/** The label that a policy's selector asks for, and that whatever is bound to it gets. */
export function bindingOf(policy: Construct): string {
  return `${BINDING}${nameOf(policy, BINDING_NAME_LENGTH_MAX)}`;
}
