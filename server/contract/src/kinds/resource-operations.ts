/** The operations of all kinds of resources. */
import { networkOperations } from './network/network-operations.ts';
import { orchestrationPolicyOperations } from './orchestration-policy/operations.ts';
import { policyDataOperations } from './policy/policy-data-operations.ts';
import { policyDecisionOperations } from './policy/policy-decision-operations.ts';
import { policyOperations } from './policy/policy-operations.ts';
import { policyPreviewOperations } from './policy/policy-preview-operations.ts';
import { policySigningOperations } from './policy/policy-signing-operations.ts';
import { policyVersionOperations } from './policy/policy-version-operations.ts';
import { policyViolationOperations } from './policy/policy-violation-operations.ts';
import { securityGroupOperations } from './security-group/security-group-operations.ts';
import { snapshotOperations } from './snapshot/snapshot-operations.ts';
import { sshKeyOperations } from './ssh-key/ssh-key-operations.ts';
import { templateOperations } from './template/template-operations.ts';
import { vmBulkOperations } from './vm/vm-bulk-operations.ts';
import { vmOperations } from './vm/vm-operations.ts';
import { alternativeOperations } from './vm-group/alternative-operations.ts';
import { scalingEventOperations } from './vm-group/scaling-event-operations.ts';
import { scalingOperations } from './vm-group/scaling-operations.ts';
import { vmGroupOperations } from './vm-group/vm-group-operations.ts';
import { volumeOperations } from './volume/volume-operations.ts';

/** Their definitions by name, in the order in which the reference lists them. */
export const resourceOperations = {
  ...vmOperations,
  ...vmBulkOperations,
  ...networkOperations,
  ...volumeOperations,
  ...policyOperations,
  ...policyVersionOperations,
  ...policyDataOperations,
  ...policyPreviewOperations,
  ...policyDecisionOperations,
  ...policySigningOperations,
  ...policyViolationOperations,
  ...orchestrationPolicyOperations,
  ...scalingEventOperations,
  ...snapshotOperations,
  ...vmGroupOperations,
  ...scalingOperations,
  ...alternativeOperations,
  ...securityGroupOperations,
  ...templateOperations,
  ...sshKeyOperations,
} as const;
