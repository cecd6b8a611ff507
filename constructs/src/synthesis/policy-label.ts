import type { Construct } from 'constructs';
import { deriveName } from './derive-name.ts';

/** Prefix of labels that bind resources to a policy. */
const BINDING = 'policy/';
/** Characters left of a label's 63. */
const BINDING_NAME_LENGTH_MAX = 56;

/** Value of the label; only its presence matters. */
export const BOUND = 'bound';

/** Returns the label that a policy's selector requires and that its resources get. */
export function policyLabel(policy: Construct): string {
  return `${BINDING}${deriveName(policy, BINDING_NAME_LENGTH_MAX)}`;
}
