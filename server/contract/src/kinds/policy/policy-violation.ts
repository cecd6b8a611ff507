/** Violations of policies by existing resources, and waivers. */
import { z } from 'zod';
import { EnforcementMode } from '../../admission/policy-verdict.ts';
import { Deadline } from '../../formats/read-moment.ts';
import { PolicyId, PolicyViolationId, PolicyWaiverId } from '../../ids.ts';
import { PrincipalName, Timestamp } from '../../schema/resource.ts';
import { ResourceKind } from '../../schema/resource-kind.ts';

const OWNER_LENGTH_MAX = 128;
const REASON_LENGTH_MAX = 1024;
const NAME_LENGTH_MAX = 128;

/** A line of text for people. */
const line = (max: number) =>
  z
    .string()
    .max(max, { abort: true })
    .regex(
      /^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u,
      'must be one line of text that begins and ends without a space',
    );

/** Fields of a request to create a waiver. */
export const PolicyWaiverCreate = z.strictObject({
  policy_id: PolicyId.describe('Policy that is waived'),
  resource_kind: ResourceKind.describe('Kind of the resource, such as `vm`'),
  resource_name: z
    .string()
    .min(1)
    .max(NAME_LENGTH_MAX)
    .describe('Name of the resource; it need not exist yet'),
  owner: line(OWNER_LENGTH_MAX).describe('Person who is responsible for the waiver'),
  reason: line(REASON_LENGTH_MAX).describe('Reason for the waiver'),
  expires_at: Deadline.describe(
    'Expiry, RFC 3339, or a duration from now, such as 7d; at most 366 days from now',
  ),
});

/** An exception: what a policy denies about one resource does not refuse, until it expires. */
export const PolicyWaiver = z.looseObject({
  id: PolicyWaiverId,
  policy_id: PolicyId,
  policy: z.string().describe('Name of the policy'),
  resource_kind: z.string(),
  resource_name: z.string(),
  owner: z.string().describe('Person who is responsible for the waiver'),
  reason: z.string(),
  expires_at: Timestamp,
  state: z.enum(['active', 'expired']).describe('An expired waiver has no effect'),
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
