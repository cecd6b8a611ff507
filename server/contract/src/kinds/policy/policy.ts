/** Policies: the resource table's rows of kind `policy`; the question and answer of a decision. */
import { z } from 'zod';
import { EnforcementMode } from '../../admission/policy-verdict.ts';
import { PolicyId } from '../../ids.ts';
import { computed, createShape, field, specShape, updateShape } from '../../schema/field.ts';
import { Labels, PrincipalName, resourceSchema, Timestamp } from '../../schema/resource.ts';
import { PolicyVersionSignature } from './policy-signing.ts';

/** What a policy governs. */
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

/** Which resources a policy is asked about: those of one of the kinds with all of the labels. */
export const PolicySelector = z.strictObject({
  kinds: z
    .array(z.string().regex(/^[a-z]+(?:_[a-z]+)*$/, 'must be a kind, like vm'))
    .min(1)
    .max(KINDS_MAX)
    .nullable()
    .prefault(null)
    .describe('Kinds of resources, such as `vm`; any kind when absent.'),
  labels: Labels.nullable()
    .prefault(null)
    .describe(
      'Labels that the resource must have, before or after the change, each with its value; any ' +
        'when absent. A resource without labels has none of them.',
    ),
});
export type PolicySelector = z.infer<typeof PolicySelector>;

/** Whose resources a policy is about: those of all tenants, of its own, or of a namespace of it. */
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
      'What the policy governs: `access`, `resource`, `compliance`, `security`, `network` or ' +
      '`data-governance`. An `access` policy without an answer denies; the others then are silent.',
    presence: 'required',
    driftClass: 'security',
    example: 'access',
  }),
  enforcement_mode: field({
    schema: EnforcementMode,
    description: 'What a denial does: `block` refuses, `warn` reports it, `audit` only records it.',
    presence: 'optional',
    default: 'block',
    driftClass: 'security',
    example: 'block',
  }),
  enabled: field({
    schema: z.boolean(),
    description: 'Whether the policy is asked at all.',
    presence: 'optional',
    default: true,
    driftClass: 'security',
    example: true,
  }),
  rule: field({
    schema: z.string().min(1).max(RULE_BYTES_MAX),
    description:
      'The Rego module, v0 or v1 syntax; or a bundle that OPA built with `-t wasm`, as base64.',
    presence: 'required',
    driftClass: 'security',
    example: 'package novacron\n\nallow if input.subject.role == "admin"\n',
  }),
  selector: field({
    schema: PolicySelector,
    description: 'Which resources the policy is asked about; all of them when absent.',
    presence: 'optional',
    driftClass: 'security',
    example: { kinds: ['vm'], labels: { tier: 'db' } },
  }),
  scope: field({
    schema: PolicyScope,
    description:
      'Whose resources it is about: `tenant`, `namespace/NAME` (the label `environment` says the ' +
      "namespace), or `platform`: every tenant's, for the first tenant alone. `tenant` if absent.",
    presence: 'optional',
    driftClass: 'security',
    example: 'namespace/production',
  }),
  actions: field({
    schema: z.array(PolicyAction).min(1).max(ACTIONS_MAX),
    description:
      'The actions that it is asked about, such as `create_vm`; all writes when absent. `read` ' +
      'stands for everything that only shows or lists.',
    presence: 'optional',
    collection: 'set',
    driftClass: 'security',
    example: ['create_vm', 'update_vm'],
  }),
  priority: field({
    schema: z.int().min(0).max(PRIORITY_MAX),
    description:
      'Whose reasons are reported first: those of the higher number. 0 when absent. Every reason ' +
      'of every policy counts, whatever its number.',
    presence: 'optional',
    example: 10,
  }),
  active_from: field({
    schema: z.iso.datetime({ offset: true }),
    description:
      'When the rule begins to decide, RFC 3339; until then its earlier version does. At once ' +
      'when absent.',
    presence: 'optional',
    driftClass: 'security',
    example: '2026-12-01T08:00:00Z',
  }),
  platform_writes: field({
    schema: z.boolean(),
    description:
      'Whether it is also asked about what NovaCron itself does: starting, moving and replacing ' +
      'VMs, scaling, scheduled work. What is refused then stays undone.',
    presence: 'optional',
    default: false,
    driftClass: 'security',
    example: true,
  }),
  rego_version: {
    ...computed(z.enum(['v0', 'v1']), 'The Rego syntax that the rule is in.', 'v1'),
    follows: ['rule'],
  },
  version: {
    ...computed(z.int(), 'Number of the rule text: rises when the rule changes.', 1),
    follows: ['rule'],
  },
} as const;

/** A policy as answers carry it. */
export const Policy = resourceSchema(PolicyId, POLICY_FIELDS);
export type Policy = z.infer<typeof Policy>;

/** The desired state of a policy. */
export const PolicySpec = z.looseObject(specShape(POLICY_FIELDS));
export type PolicySpec = z.infer<typeof PolicySpec>;

/** What a request to create one carries, and one to change it. */
export const PolicyCreate = z.strictObject(createShape(POLICY_FIELDS));
export const PolicyUpdate = z.strictObject(updateShape(POLICY_FIELDS));

/** What a version of a policy does: `waits` until its time comes, `decides`, or did so earlier. */
export const PolicyVersionState = z.enum(['waits', 'decides', 'earlier']);
export type PolicyVersionState = z.infer<typeof PolicyVersionState>;

/** A text that the rule of a policy has, or had. */
export const PolicyVersion = z.looseObject({
  version: z.int().describe('Number of the rule text'),
  state: PolicyVersionState.describe('`waits` for `active_from`, `decides` now, or is `earlier`'),
  sha256: z.string().describe('SHA-256 of the rule text, hexadecimal'),
  rego_version: z.enum(['v0', 'v1']).describe('The Rego syntax that the rule is in'),
  active_from: Timestamp.nullable().describe('When it begins to decide; null: when it was written'),
  signature: PolicyVersionSignature.nullable()
    .optional()
    .describe("The server's; null where an earlier release accepted the text"),
  author_key: z
    .string()
    .nullable()
    .optional()
    .describe('The key that its author signed it with; null if it is not signed'),
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
    .describe('Where it comes from: `platform` and `tenant` are inherited'),
  decides: z.boolean().describe('Whether it is asked about what was named'),
  explanation: z.string().describe('Why it is asked, or why not'),
});
export type EffectivePolicy = z.infer<typeof EffectivePolicy>;
