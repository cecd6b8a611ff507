/** Violations of policies by existing resources, and waivers. */
import { z } from 'zod';
import { EnforcementMode } from '../../admission/policy-verdict.ts';
import { Deadline } from '../../formats/read-moment.ts';
import { ApprovalId, PolicyId, PolicyViolationId, PolicyWaiverId } from '../../ids.ts';
import { PrincipalName, Timestamp } from '../../schema/resource.ts';
import { ResourceKind } from '../../schema/resource-kind.ts';

const OWNER_LENGTH_MAX = 128;
const REASON_LENGTH_MAX = 1024;
const NAME_LENGTH_MAX = 128;
const CHECK_LENGTH_MAX = 32;

/** A line of text for people. */
const line = (max: number) =>
  z
    .string()
    .max(max, { abort: true })
    .regex(
      /^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u,
      'must be one line of text that begins and ends without a space',
    );

/** Kinds of what checks judge besides resources. */
const JUDGED_KINDS = ['api_key', 'role', 'tenant', 'incident', 'node', 'server'] as const;

/** Kinds of what a waiver can exempt. */
const WaivedKind = z.enum([...ResourceKind.options, ...JUDGED_KINDS]);

/** Id of a compliance check. */
const CheckId = z
  .string()
  .max(CHECK_LENGTH_MAX, { abort: true })
  .regex(/^NC-[A-Z]+-\d{3}$/, 'must be the id of a check, such as NC-VM-017');

/** How often an exception can be granted again for the same policy or check and resource. */
export const WAIVER_RENEWALS_MAX = 3;

/** Fields of a request to create a waiver. */
export const PolicyWaiverCreate = z.strictObject({
  policy_id: PolicyId.optional().describe('Policy that is waived; alternatively set a check'),
  check: CheckId.optional().describe('Compliance check that is waived, such as `NC-VM-017`'),
  resource_kind: WaivedKind.describe('Kind of the resource, such as `vm`'),
  resource_name: z
    .string()
    .min(1)
    .max(NAME_LENGTH_MAX)
    .describe('Name of the resource; it need not exist yet'),
  owner: line(OWNER_LENGTH_MAX).describe('Person who is responsible for the waiver'),
  reason: line(REASON_LENGTH_MAX).describe('Reason for the waiver'),
  compensating_control: line(REASON_LENGTH_MAX)
    .optional()
    .describe('What limits the risk instead; required for critical and high checks'),
  expires_at: Deadline.describe(
    'Expiry, RFC 3339, or a duration from now, such as 7d; at most 365 days from now, 90 for a ' +
      'critical check',
  ),
});

/** An exception from a policy or a compliance check for one resource, until it expires. */
export const PolicyWaiver = z.looseObject({
  id: PolicyWaiverId,
  policy_id: PolicyId.nullable().describe('Null if a check is waived'),
  check: z.string().nullable().prefault(null).describe('Id of the check; null for a policy'),
  policy: z.string().describe('Name of the policy, or title of the check'),
  resource_kind: z.string(),
  resource_name: z.string(),
  owner: z.string().describe('Person who is responsible for the waiver'),
  reason: z.string(),
  compensating_control: z.string().nullable().prefault(null),
  expires_at: Timestamp,
  state: z
    .enum(['pending', 'active', 'expired'])
    .describe('`pending`: another person has not approved it; only an active one has an effect'),
  approval_id: ApprovalId.nullable()
    .prefault(null)
    .describe('Approval that it needs; null if it was created by release 0.1.0'),
  approved_by: z.string().nullable().prefault(null).describe('Person who approved it'),
  renewals: z
    .int()
    .prefault(0)
    .describe(
      'How often it was granted before for the same policy or check and resource; at most ' +
        `${WAIVER_RENEWALS_MAX}`,
    ),
  first_granted_at: Timestamp.nullable()
    .prefault(null)
    .describe('Time at which the first of them was granted'),
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type PolicyWaiver = z.infer<typeof PolicyWaiver>;

/** Whether it still holds: `open`, `waived` for a while, or `resolved`. */
export const ViolationState = z.enum(['open', 'waived', 'resolved']);
export type ViolationState = z.infer<typeof ViolationState>;

/** A resource that a policy would not admit as it is. */
export const PolicyViolation = z.looseObject({
  id: PolicyViolationId,
  state: ViolationState,
  policy_id: PolicyId,
  policy: z.string().describe('Name of the policy'),
  policy_version: z.int().describe('Version of the policy that found it last'),
  mode: EnforcementMode,
  resource_kind: z.string(),
  resource_id: z.string(),
  resource_name: z.string(),
  reasons: z.array(z.string()).describe('Messages of the policy when the violation was last found'),
  waiver_id: PolicyWaiverId.nullable().describe('Waiver of the violation'),
  opened_at: Timestamp.describe(
    'Time at which it was first found, or found again after it was resolved',
  ),
  changed_at: Timestamp.describe('Time of the last change of its state or its reasons'),
  resolved_at: Timestamp.nullable(),
});
export type PolicyViolation = z.infer<typeof PolicyViolation>;
