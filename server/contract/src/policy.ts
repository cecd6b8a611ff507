/** Policies: the resource table's rows of kind `policy`; the question and answer of a decision. */
import { z } from 'zod';
import { computed, createShape, field, specShape, updateShape } from './field.ts';
import { PolicyId } from './ids.ts';
import { JsonObject } from './json.ts';
import { PrincipalName, resourceSchema, Timestamp } from './resource.ts';

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

/** What a denial does: `block` refuses, `warn` tells, `audit` only records. */
export const EnforcementMode = z.enum(['block', 'warn', 'audit']);
export type EnforcementMode = z.infer<typeof EnforcementMode>;

const RULE_BYTES_MAX = 262_144;

/** The name of a policy: a line of text for people. */
export const PolicyName = z
  .string()
  .regex(
    /^[^\s\p{C}](?:[^\p{C}]{0,126}[^\s\p{C}])?$/u,
    'must be one line of 1 to 128 characters without blanks at its ends',
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
    description: 'What a denial does: `block` refuses, `warn` tells, `audit` only records it.',
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
    description: 'The Rego module, v0 or v1 syntax.',
    presence: 'required',
    driftClass: 'security',
    example: 'package novacron\n\nallow if input.subject.role == "admin"\n',
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
  rego_version: computed(z.enum(['v0', 'v1']), 'The Rego syntax that the rule is in.', 'v1'),
  version: computed(z.int(), 'Number of the rule text: rises when the rule changes.', 1),
} as const;

/** A policy as answers carry it. */
export const Policy = resourceSchema(PolicyId, POLICY_FIELDS);
export type Policy = z.infer<typeof Policy>;

/** What a policy shall be. */
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
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type PolicyVersion = z.infer<typeof PolicyVersion>;

/** What one policy said. */
export const PolicyVerdict = z.looseObject({
  policy: z.string().describe('Name of the policy'),
  version: z.int().describe('Version of its rule'),
  mode: EnforcementMode,
  outcome: z
    .enum(['allow', 'deny', 'silent', 'error', 'deferred'])
    .describe('`deferred`: the answer depends on values that are not known yet'),
  reasons: z.array(z.string()).describe("The policy's own messages, or why it denies"),
  warnings: z.array(z.string()).describe("The policy's own warnings"),
  rule_path: z.string().describe('The Rego rule that decided, such as data.novacron.allow'),
  unknown_fields: z.array(z.string()).describe('Fields that the verdict waits for'),
});
export type PolicyVerdict = z.infer<typeof PolicyVerdict>;

/** What all policies together said. */
export const PolicyDecision = z.looseObject({
  allowed: z.boolean(),
  reasons: z.array(z.string()).describe('Why it is refused, every reason of every policy'),
  policies: z.array(PolicyVerdict).describe('Every policy that was asked'),
});
export type PolicyDecision = z.infer<typeof PolicyDecision>;

/** Version of the frozen question. */
export const POLICY_INPUT_VERSION = 1;

/** The question that a policy is asked, as `input`. */
export const PolicyInput = z.looseObject({
  version: z.literal(POLICY_INPUT_VERSION),
  action: z.string().describe('create_vm, update_vm, delete_vm, …, read'),
  operation: z.string().describe('Name of the operation: vm.create'),
  subject: z.looseObject({ user_id: z.string(), role: z.string(), tenant: z.string() }),
  resource: JsonObject.describe('type, id, name and the fields wanted'),
  before: JsonObject.nullable().describe('The fields as they are; null for a create'),
  context: JsonObject.describe('client, deployment, request id and time'),
});
export type PolicyInput = z.infer<typeof PolicyInput>;
