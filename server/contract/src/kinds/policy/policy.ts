/** Policies: the resource table's rows of kind `policy`; the question and answer of a decision. */
import { z } from 'zod';
import { EnforcementMode, PolicyVerdict } from '../../admission/policy-verdict.ts';
import { PolicyId } from '../../ids.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, PrincipalName, resourceSchema, Timestamp } from '../../schema/resource.ts';
import { PolicyMismatch } from './policy-mismatch.ts';
import { PolicyVersionSignature } from './policy-signing.ts';

/** Subject area of a policy. */
export const PolicyType = z.enum([
  'access',
  'resource',
  'compliance',
  'security',
  'network',
  'data-governance',
]);
export type PolicyType = z.infer<typeof PolicyType>;

const RULE_BYTES_MAX = 262_144;

/** The name of a policy: a line of text for people. */
export const PolicyName = z
  .string()
  .regex(
    /^[^\s\p{C}](?:[^\p{C}]{0,126}[^\s\p{C}])?$/u,
    'must be one line of 1 to 128 characters without blanks at its ends',
  );

/** An action that policies decide: `VERB_NOUN`, made from the operation's name. */
const PolicyAction = z.string().regex(/^(?:read|[a-z]+(?:_[a-z]+)+)$/, 'must be like create_vm');

/** There are fewer actions than this. */
const ACTIONS_MAX = 100;

const PRIORITY_MAX = 1000;

const KINDS_MAX = 20;

/** Resources a policy applies to: those of any of the kinds with all of the labels. */
export const PolicySelector = z.strictObject({
  kinds: z
    .array(z.string().regex(/^[a-z]+(?:_[a-z]+)*$/, 'must be a kind, like vm'))
    .min(1)
    .max(KINDS_MAX)
    .nullable()
    .prefault(null)
    .describe('Kinds of resources, such as `vm`. Default: all kinds'),
  labels: Labels.nullable()
    .prefault(null)
    .describe(
      'Labels with their values that the resource must have before or after the change. ' +
        'Default: no restriction. A resource without labels does not match.',
    ),
});
export type PolicySelector = z.infer<typeof PolicySelector>;

/**
 * Scope of a policy: resources of all tenants, of its own tenant, or of a namespace of that tenant.
 */
export const PolicyScope = z
  .string()
  .regex(
    /^(?:platform|tenant|namespace\/[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,62}[a-zA-Z0-9])?)$/,
    'must be platform, tenant, or namespace/NAME',
  );

/** The resource table of policies, one row a field. */
export const POLICY_FIELDS = {
  name: field({
    schema: PolicyName,
    description: 'Name of the policy, unique within the tenant.',
    presence: 'required',
    example: 'VM Access Policy',
  }),
  type: field({
    schema: PolicyType,
    description:
      'Subject of the policy: `access`, `resource`, `compliance`, `security`, `network` ' +
      'or `data-governance`. If the rule gives no answer, an `access` policy denies and ' +
      'other types have no effect.',
    presence: 'required',
    driftClass: 'security',
    example: 'access',
  }),
  enforcement_mode: field({
    schema: EnforcementMode,
    description:
      'Effect of a denial: `block` rejects the write, `warn` reports it, `audit` only ' +
      'records it.',
    presence: 'optional',
    default: 'block',
    driftClass: 'security',
    example: 'block',
  }),
  enabled: field({
    schema: z.boolean(),
    description: 'Enables the policy.',
    presence: 'optional',
    default: true,
    driftClass: 'security',
    example: true,
  }),
  rule: field({
    schema: z.string().min(1).max(RULE_BYTES_MAX),
    description:
      'Rego module in v0 or v1 syntax; or a bundle that OPA built with `-t wasm`, as base64.',
    presence: 'required',
    driftClass: 'security',
    example: 'package novacron\n\nallow if input.subject.role == "admin"\n',
  }),
  selector: field({
    schema: PolicySelector,
    description: 'Resources to which the policy applies. Default: all.',
    presence: 'optional',
    driftClass: 'security',
    example: { kinds: ['vm'], labels: { tier: 'db' } },
  }),
  scope: field({
    schema: PolicyScope,
    description:
      'Scope of the policy: `tenant`, `namespace/NAME` (the label `environment` of a ' +
      'resource is its namespace), or `platform`, which covers all tenants and is ' +
      'available to the first tenant only. Default: `tenant`.',
    presence: 'optional',
    driftClass: 'security',
    example: 'namespace/production',
  }),
  actions: field({
    schema: z.array(PolicyAction).min(1).max(ACTIONS_MAX),
    description:
      'Actions to which the policy applies, such as `create_vm`. Default: all writes. ' +
      '`read` covers all reads.',
    presence: 'optional',
    collection: 'set',
    driftClass: 'security',
    example: ['create_vm', 'update_vm'],
  }),
  priority: field({
    schema: z.int().min(0).max(PRIORITY_MAX),
    description:
      'Order of the reasons: policies with a higher number are reported first. Default: ' +
      '0. It does not affect the decision.',
    presence: 'optional',
    example: 10,
  }),
  active_from: field({
    schema: z.iso.datetime({ offset: true }),
    description:
      'Time from which the rule is effective, RFC 3339; until then the earlier version ' +
      'is. Default: immediately.',
    presence: 'optional',
    driftClass: 'security',
    example: '2026-12-01T08:00:00Z',
  }),
  platform_writes: field({
    schema: z.boolean(),
    description:
      'Applies the policy also to actions of NovaCron itself: starting, moving and ' +
      'replacing VMs, scaling, scheduled work. Denied actions are not run.',
    presence: 'optional',
    default: false,
    driftClass: 'security',
    example: true,
  }),
  rego_version: {
    ...computed(z.enum(['v0', 'v1']), 'Rego syntax of the rule.', 'v1'),
    follows: ['rule'],
  },
  version: {
    ...computed(z.int(), 'Version of the rule; increases when the rule changes.', 1),
    follows: ['rule'],
  },
} as const;

/** A policy as answers carry it. */
export const Policy = resourceSchema(PolicyId, POLICY_FIELDS).extend({
  mismatches: z
    .array(PolicyMismatch)
    .nullable()
    .optional()
    .describe(
      'In the answer of policy.get: expressions of the stored rule that do not fit the input of ' +
        'this release, which refuses new rules with them. null: the compiler did not answer',
    ),
});
export type Policy = z.infer<typeof Policy>;

/** The desired state of a policy. */
export const PolicySpec = z.looseObject(specShape(POLICY_FIELDS));
export type PolicySpec = z.infer<typeof PolicySpec>;

/** Fields of requests to create and to update a policy. */
export const PolicyCreate = z.strictObject(createShape(POLICY_FIELDS));
export const PolicyUpdate = z.strictObject(updateShape(POLICY_FIELDS));

/** State of a policy version: `waits` for its start time, `decides`, or decided `earlier`. */
export const PolicyVersionState = z.enum(['waits', 'decides', 'earlier']);
export type PolicyVersionState = z.infer<typeof PolicyVersionState>;

/** A text that the rule of a policy has, or had. */
export const PolicyVersion = z.looseObject({
  version: z.int().describe('Version of the rule text'),
  state: PolicyVersionState.describe('`waits` for `active_from`, `decides` now, or is `earlier`'),
  sha256: z.string().describe('SHA-256 of the rule text, hexadecimal'),
  rego_version: z.enum(['v0', 'v1']).describe('Rego syntax of the rule'),
  active_from: Timestamp.nullable().describe(
    'Time from which it is effective; null: when it was written',
  ),
  signature: PolicyVersionSignature.nullable().describe(
    'Signature of the server; null if it is lost',
  ),
  author_key: z
    .string()
    .nullable()
    .describe('Key with which the author signed it; null if it is not signed'),
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type PolicyVersion = z.infer<typeof PolicyVersion>;

/** A policy that a namespace has, and where it has it from. */
export const EffectivePolicy = z.looseObject({
  id: PolicyId,
  name: z.string(),
  type: PolicyType,
  enforcement_mode: EnforcementMode,
  version: z.int(),
  scope: PolicyScope,
  from: z
    .enum(['platform', 'tenant', 'namespace'])
    .describe('Origin of the policy: `platform` and `tenant` are inherited'),
  decides: z
    .boolean()
    .describe('Whether the policy is evaluated for the given action, kind and labels'),
  explanation: z.string().describe('Reason why the policy is evaluated or not'),
  data: PolicyVerdict.shape.data,
});
export type EffectivePolicy = z.infer<typeof EffectivePolicy>;
