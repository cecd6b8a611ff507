/** The kind `policy`: its Terraform type, fields, noun and quotas. */
import { PolicyId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { POLICY_FIELDS, Policy } from './policy.ts';

/** The definition of the kind. */
export const policyKind = {
  type: 'novacron_policy',
  table: POLICY_FIELDS,
  resource: Policy,
  noun: {
    words: 'policy',
    description: 'Policies: Rego rules that allow or deny changes',
    id: PolicyId,
    prefix: 'pol',
  },
  quotas: { policies: { description: 'Policies' } },
} as const satisfies ResourceDefinition;
