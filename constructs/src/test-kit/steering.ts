import type { TerraformStack } from 'cdktf';
import { Action } from '../orchestration/action.ts';
import {
  OrchestrationPolicy,
  type OrchestrationPolicyProps,
} from '../resources/orchestration-policy.ts';

/** A rule that is all right. */
export const APART = { actions: [Action.keepApart()] };

/** Builds an orchestration policy with these props. */
export const policyWith = (props: OrchestrationPolicyProps) => (stack: TerraformStack) =>
  void new OrchestrationPolicy(stack, 'steer', props);

/** A document that is all right. */
export const DOCUMENT_TEXT = `apiVersion: orchestration/v1
kind: Policy
metadata:
  name: spread
spec:
  rules:
    - type: placement
      actions: [{ type: schedule, parameters: { strategy: spread } }]
`;
