/** How each write that may be previewed is prepared. */
import {
  prepareOrchestrationPolicyCreate,
  prepareOrchestrationPolicyDelete,
  prepareOrchestrationPolicyUpdate,
} from './orchestration/prepare-orchestration-policy.ts';
import { PREPARE_RESOURCES } from './prepare-resources.ts';
import type { PrepareByOperation } from './preview-admission.ts';

/** What decides each of them. */
export const PREPARE_BY: PrepareByOperation = {
  ...PREPARE_RESOURCES,
  'orchestration_policy.create': prepareOrchestrationPolicyCreate,
  'orchestration_policy.update': prepareOrchestrationPolicyUpdate,
  'orchestration_policy.delete': prepareOrchestrationPolicyDelete,
};
