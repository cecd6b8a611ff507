/** The kind `orchestration_policy`: its Terraform type, fields, noun and quotas. */
import { OrchestrationPolicyId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { ORCHESTRATION_POLICY_FIELDS, StoredOrchestrationPolicy } from './fields.ts';

/** The definition of the kind. It counts against the quota `policies`. */
export const orchestrationPolicyKind = {
  type: 'novacron_orchestration_policy',
  table: ORCHESTRATION_POLICY_FIELDS,
  resource: StoredOrchestrationPolicy,
  noun: {
    words: 'orchestration policy',
    description: 'Orchestration policies: when to act on resources, and how',
    id: OrchestrationPolicyId,
    prefix: 'orc',
  },
  terraform: {
    resource:
      'An orchestration policy: where VMs are placed, when they scale, how they are healed and ' +
      'who is notified. A different spelling of the same document is not a change.',
    dataSource: 'An existing orchestration policy.',
    // It repeats the document as an object with arbitrary keys.
    omits: ['policy'],
  },
  quotas: {},
  remedyOfFailure: 'Fix the cause; the webhook is sent again the next time that its rule holds.',
} as const satisfies ResourceDefinition;
