/** How each write that may be previewed is prepared. */

import type { PrepareByOperation } from '../capabilities/admission-preview/preview-admission.ts';
import {
  prepareOrchestrationPolicyCreate,
  prepareOrchestrationPolicyDelete,
  prepareOrchestrationPolicyUpdate,
} from '../resources/orchestration-policy/prepare-orchestration-policy.ts';
import { PREPARE_RESOURCES } from './prepare-resources.ts';

/** What decides each of them. */
export const PREPARE_BY: PrepareByOperation = {
  ...PREPARE_RESOURCES,
  'orchestration_policy.create': prepareOrchestrationPolicyCreate,
  'orchestration_policy.update': prepareOrchestrationPolicyUpdate,
  'orchestration_policy.delete': prepareOrchestrationPolicyDelete,
};
