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
  terraform: {
    resource:
      'A policy in Rego. An enabled policy is evaluated for every write, also in plans, ' +
      'so a denial is an error at plan time.',
    dataSource: 'An existing policy in Rego, with its rule.',
  },
  quotas: { policies: { description: 'Policies' } },
} as const satisfies ResourceDefinition;
