/** Definitions of the operations on policies. */
import { z } from 'zod';
import { EnforcementMode } from '../../admission/policy-verdict.ts';
import { PolicyId } from '../../ids.ts';
import { list, oneOf, oneOfTexts } from '../../operation/listing.ts';
import {
  change,
  create,
  ifUnchanged,
  keyed,
  look,
  named,
  removed,
  written,
} from '../../operation/operation-shapes.ts';
import { Policy, PolicyCreate, PolicyType, PolicyUpdate } from './policy.ts';

/** The rows by name. */
export const policyOperations = {
  'policy.create': {
    ...create,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Creates a policy; if enabled, it is evaluated for every later write.',
    rest: { method: 'POST', path: '/policies', status: 201 },
    input: PolicyCreate.extend(keyed),
    output: written(Policy),
    problems: [
      'name-taken',
      'rule-invalid',
      'policy-denied',
      'idempotency-key-reused',
      'quota-exceeded',
      'feature-disabled',
    ],
  },
  'policy.get': {
    ...look,
    summary: 'Shows a policy.',
    rest: { method: 'GET', path: '/policies/{id}', status: 200 },
    input: z.strictObject({ id: PolicyId }),
    output: Policy,
    problems: ['not-found'],
  },
  'policy.list': {
    ...look,
    summary: 'Lists policies in the order of their creation.',
    rest: { method: 'GET', path: '/policies', status: 200 },
    ...list(Policy, {
      filters: {
        ...named,
        created_by: oneOfTexts('Only those that one of these principals created'),
        type: oneOf(PolicyType, 'Only policies of one of these types'),
        enforcement_mode: oneOf(EnforcementMode, 'Only policies with one of these modes'),
        enabled: z.boolean().optional().describe('Only policies that are enabled, or are not'),
      },
      sort: ['created_at', 'updated_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'policy.update': {
    ...change,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Updates a policy; a new rule text is a new version.',
    rest: { method: 'PATCH', path: '/policies/{id}', status: 200 },
    input: PolicyUpdate.extend({ id: PolicyId, ...ifUnchanged }),
    output: written(Policy),
    problems: [
      'not-found',
      'name-taken',
      'rule-invalid',
      'policy-denied',
      'revision-mismatch',
      'feature-disabled',
    ],
  },
  'policy.delete': {
    ...change,
    role: 'admin',
    summary: 'Deletes a policy with immediate effect.',
    rest: { method: 'DELETE', path: '/policies/{id}', status: 200 },
    input: z.strictObject({ id: PolicyId, ...ifUnchanged }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'revision-mismatch'],
  },
} as const;
