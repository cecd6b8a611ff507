/** What lives against policies, and for whom a policy makes an exception. */
import { z } from 'zod';
import { EnforcementMode } from '../../admission/policy-verdict.ts';
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
    .regex(/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u, 'must be one line of text')
    .max(max);

/** What a request to make an exception carries. */
export const PolicyWaiverCreate = z.strictObject({
  policy_id: PolicyId.describe('The policy that is waived'),
  resource_kind: ResourceKind.describe('Kind of the resource, such as `vm`'),
  resource_name: z
    .string()
    .min(1)
    .max(NAME_LENGTH_MAX)
    .describe('Its name; a resource that is still to come may be waived as well'),
  owner: line(OWNER_LENGTH_MAX).describe('Who answers for the exception'),
  reason: line(REASON_LENGTH_MAX).describe('Why it is made'),
  expires_at: z.iso
    .datetime({ offset: true })
    .describe('When it ends, RFC 3339; at most 366 days from now'),
});

/** An exception: what a policy denies about one resource does not refuse, until it expires. */
export const PolicyWaiver = z.looseObject({
  id: PolicyWaiverId,
  policy_id: PolicyId,
  policy: z.string().describe('Name of the policy'),
  resource_kind: z.string(),
  resource_name: z.string(),
  owner: z.string().describe('Who answers for the exception'),
  reason: z.string(),
  expires_at: Timestamp,
  state: z.enum(['active', 'expired']).describe('An expired one changes nothing any more'),
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
  policy_version: z.int().describe('Version of its rule that found it last'),
  mode: EnforcementMode,
  resource_kind: z.string(),
  resource_id: z.string(),
  resource_name: z.string(),
  reasons: z.array(z.string()).describe("The policy's messages when it was found last"),
  waiver_id: PolicyWaiverId.nullable().describe('The exception that waives it'),
  opened_at: Timestamp.describe('When it was found first, or again after it was resolved'),
  changed_at: Timestamp.describe('When its state or its reasons changed last'),
  resolved_at: Timestamp.nullable(),
});
export type PolicyViolation = z.infer<typeof PolicyViolation>;
