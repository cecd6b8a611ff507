/** Rows of the operations table about violations of policies and exceptions from them. */
import { z } from 'zod';
import { PolicyId, PolicyViolationId, PolicyWaiverId } from '../../ids.ts';
import { change, look, page, pageShape } from '../../operation/operation-shapes.ts';
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
    summary: 'Shows a violation: a resource that a policy would not admit as it is.',
    rest: { method: 'GET', path: '/policy-violations/{id}', status: 200 },
    input: z.strictObject({ id: PolicyViolationId }),
    output: PolicyViolation,
    problems: ['not-found'],
  },
  'policy_violation.list': {
    ...look,
    summary: 'Lists resources that policies would not admit as they are.',
    rest: { method: 'GET', path: '/policy-violations', status: 200 },
    input: z.strictObject({
      ...pageShape,
      ...aboutPolicy,
      state: ViolationState.optional().describe('Only those in this state'),
      resource_id: z.string().max(64).optional().describe('Only those of this resource'),
    }),
    output: page(PolicyViolation),
    problems: [],
  },
  'policy_waiver.create': {
    ...change,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Makes an exception: a policy does not refuse one resource, until a moment.',
    rest: { method: 'POST', path: '/policy-waivers', status: 201 },
    input: PolicyWaiverCreate,
    output: z.looseObject({ resource: PolicyWaiver }),
    problems: ['not-found', 'policy-denied', 'conflict', 'feature-disabled', 'storage-full'],
  },
  'policy_waiver.get': {
    ...look,
    summary: 'Shows an exception from a policy.',
    rest: { method: 'GET', path: '/policy-waivers/{id}', status: 200 },
    input: z.strictObject({ id: PolicyWaiverId }),
    output: PolicyWaiver,
    problems: ['not-found'],
  },
  'policy_waiver.list': {
    ...look,
    summary: 'Lists exceptions from policies, also those that have expired.',
    rest: { method: 'GET', path: '/policy-waivers', status: 200 },
    input: z.strictObject({ ...pageShape, ...aboutPolicy }),
    output: page(PolicyWaiver),
    problems: [],
  },
  'policy_waiver.delete': {
    ...change,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Ends an exception at once.',
    rest: { method: 'DELETE', path: '/policy-waivers/{id}', status: 200 },
    input: z.strictObject({ id: PolicyWaiverId }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'feature-disabled'],
  },
} as const;
