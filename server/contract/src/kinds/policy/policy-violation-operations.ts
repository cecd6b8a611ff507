/** Rows of the operations table about violations of policies and exceptions from them. */
import { z } from 'zod';
import { PolicyId, PolicyViolationId, PolicyWaiverId } from '../../ids.ts';
import { list, oneOfTexts } from '../../operation/listing.ts';
import { change, keyed, look } from '../../operation/operation-shapes.ts';
import {
  PolicyViolation,
  PolicyWaiver,
  PolicyWaiverCreate,
  ViolationState,
} from './policy-violation.ts';

const aboutPolicy = {
  policy_id: PolicyId.optional().describe('Only those of this policy'),
};

/** The rows by name. */
export const policyViolationOperations = {
  'policy_violation.get': {
    ...look,
    summary: 'Shows a violation: an existing resource that a policy denies.',
    rest: { method: 'GET', path: '/policy-violations/{id}', status: 200 },
    input: z.strictObject({ id: PolicyViolationId }),
    output: PolicyViolation,
    problems: ['not-found'],
  },
  'policy_violation.list': {
    ...look,
    summary: 'Lists violations: existing resources that policies deny.',
    rest: { method: 'GET', path: '/policy-violations', status: 200 },
    ...list(PolicyViolation, {
      filters: {
        ...aboutPolicy,
        state: ViolationState.optional().describe('Only those in this state'),
        resource_id: z.string().max(64).optional().describe('Only those of this resource'),
        resource_kind: oneOfTexts('Only those of one of these kinds of resources: vm'),
      },
      sort: ['id'],
      search: ['resource_name', 'policy'],
      time: 'opened_at',
    }),
    problems: [],
  },
  'policy_waiver.create': {
    ...change,
    role: 'admin',
    idempotency: 'key',
    feature: 'policy_authoring',
    summary:
      'Creates a waiver: a temporary exception from a policy or a check for one resource, once ' +
      'another person approves it.',
    rest: { method: 'POST', path: '/policy-waivers', status: 201 },
    // At the policy: a plan does not know the id of one that it creates.
    input: PolicyWaiverCreate.extend(keyed)
      .refine(({ policy_id, check }) => (policy_id === undefined) !== (check === undefined), {
        path: ['policy_id'],
        error: 'or check must be set, and not both',
      })
      .meta({
        example: {
          check: 'NC-NET-001',
          resource_kind: 'security_group',
          resource_name: 'bastion',
          owner: 'ann',
          reason: 'The bastion moves next month',
          compensating_control: 'Only keys sign in',
          expires_at: '2026-12-31T00:00:00Z',
        },
      }),
    output: z.looseObject({ resource: PolicyWaiver }),
    problems: [
      'not-found',
      'policy-denied',
      'conflict',
      'feature-disabled',
      'storage-full',
      'name-taken',
      'idempotency-key-reused',
    ],
  },
  'policy_waiver.get': {
    ...look,
    summary: 'Shows a waiver of a policy or a check.',
    rest: { method: 'GET', path: '/policy-waivers/{id}', status: 200 },
    input: z.strictObject({ id: PolicyWaiverId }),
    output: PolicyWaiver,
    problems: ['not-found'],
  },
  'policy_waiver.list': {
    ...look,
    summary: 'Lists waivers of policies and checks, including expired ones.',
    rest: { method: 'GET', path: '/policy-waivers', status: 200 },
    ...list(PolicyWaiver, {
      filters: {
        ...aboutPolicy,
        check: oneOfTexts('Only those of one of these checks: NC-VM-017'),
        resource_kind: oneOfTexts('Only those of one of these kinds of resources: vm'),
        state: PolicyWaiver.shape.state.optional().describe('Only those in this state'),
      },
      sort: ['created_at'],
      search: ['resource_name', 'policy'],
      time: 'created_at',
    }),
    problems: [],
  },
  'policy_waiver.delete': {
    ...change,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Deletes a waiver; it ends immediately.',
    rest: { method: 'DELETE', path: '/policy-waivers/{id}', status: 200 },
    input: z.strictObject({ id: PolicyWaiverId }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'feature-disabled'],
  },
} as const;
