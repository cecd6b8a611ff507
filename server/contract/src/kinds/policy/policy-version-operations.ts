/** Rows of the operations table about the versions of policies. */
import { z } from 'zod';
import { PolicyId } from '../../ids.ts';
import { listShape, oneOf, oneOfTexts } from '../../operation/listing.ts';
import { change, ifRevision, look, page, written } from '../../operation/operation-shapes.ts';
import { EffectivePolicy, Policy, PolicyVersion } from './policy.ts';

const version = z.int().min(1);

const VERSION_LISTING = {
  filters: {
    state: oneOf(PolicyVersion.shape.state, 'Only versions in one of these states'),
    created_by: oneOfTexts('Only those that one of these principals wrote'),
  },
  sort: ['created_at'],
  search: [],
  time: 'created_at',
} as const;

/** The rows by name. */
export const policyVersionOperations = {
  'policy.versions': {
    ...look,
    summary: 'Lists the versions of a policy, oldest first, with their authors and times.',
    rest: { method: 'GET', path: '/policies/{id}/versions', status: 200 },
    input: z.strictObject({ id: PolicyId, ...listShape(PolicyVersion, VERSION_LISTING) }),
    output: page(PolicyVersion),
    listing: VERSION_LISTING,
    problems: ['not-found'],
  },
  'policy.explain': {
    ...look,
    summary: 'Lists the policies of a namespace, their origin, and whether they are evaluated.',
    rest: { method: 'POST', path: '/policy-explanations', status: 200 },
    input: z.strictObject({
      namespace: z.string().max(64).default('default').describe('Namespace of the resource'),
      action: z
        .string()
        .max(64)
        .optional()
        .describe('Only policies for this action, such as create_vm'),
      kind: z.string().max(64).optional().describe('Only policies for resources of this kind'),
      labels: z.record(z.string(), z.string()).optional().describe('Labels of the resource'),
    }),
    output: z.looseObject({
      policies: z.array(EffectivePolicy).describe('Levels from the platform down to the namespace'),
    }),
    problems: [],
  },
  'policy.diff': {
    ...look,
    summary: 'Shows the differences between two versions of a policy as a unified diff.',
    rest: { method: 'GET', path: '/policies/{id}/diff', status: 200 },
    input: z.strictObject({
      id: PolicyId,
      from_version: version.optional().describe('Earlier version. Default: the previous one'),
      to_version: version.optional().describe('Later version. Default: the newest one'),
    }),
    output: z.looseObject({ text: z.string().describe('Empty if the texts are equal') }),
    problems: ['not-found'],
  },
  'policy.rollback': {
    ...change,
    role: 'admin',
    feature: 'policy_authoring',
    summary: 'Restores an earlier rule text of a policy as a new version, effective immediately.',
    rest: { method: 'POST', path: '/policies/{id}/rollback', status: 200 },
    input: z.strictObject({
      id: PolicyId,
      to_version: version.describe('Version to restore'),
      if_revision: ifRevision,
    }),
    output: written(Policy),
    problems: [
      'not-found',
      'rule-invalid',
      'policy-denied',
      'revision-mismatch',
      'feature-disabled',
    ],
  },
} as const;
