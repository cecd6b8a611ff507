/**
 * Approvals: questions to people, whose answer something waits for. A manual step of an execution
 * is asked for in the same way: a person does it, and then checks it off.
 */
import { z } from 'zod';
import { ApprovalId, TenantId } from '../ids.ts';
import { JsonObject } from '../json.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';

/** Kinds of subjects: what an approval is about. The server has a row of behavior for each. */
export const ApprovalSubjectKind = z
  .enum([
    'execution',
    'gitops_sync',
    'drift',
    'policy_waiver',
    'compliance_finding',
    'recommendation',
    'model',
    'autonomous_decision',
  ])
  .describe(
    '`execution`: a step of an execution waits; `gitops_sync`: a sync waits, which is an ' +
      'execution, too; `drift`: critical drift of a resource is to be remediated; ' +
      '`policy_waiver`: a waiver; `compliance_finding`: the correction of a finding; ' +
      '`recommendation`: a recommendation that cannot be taken back; ' +
      '`model`: the promotion of a version; ' +
      '`autonomous_decision`: a size that a model decided for a critical VM group',
  );
export type ApprovalSubjectKind = z.infer<typeof ApprovalSubjectKind>;

/** Longest reason of a vote. Unit: characters. */
const COMMENT_MAX = 1_024;

/** Whether an approval is waited for, or how it has ended. */
export const ApprovalStatus = z
  .enum(['pending', 'approved', 'denied', 'expired', 'voided'])
  .describe(
    '`voided`: what was voted about has changed or is gone, or the execution that waited failed ' +
      'or was cancelled',
  );
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

/** Request to people: to decide, or to do something and check it off. */
export const ApprovalKind = z
  .enum(['approval', 'check'])
  .describe(
    '`check`: a manual step, which a person does and then approves; who started the execution may',
  );
export type ApprovalKind = z.infer<typeof ApprovalKind>;

/** A reason that a vote gives. */
export const ApprovalComment = z.string().min(1).max(COMMENT_MAX);

/** A vote. A person has one, however many keys they have. */
export const ApprovalVote = z.looseObject({
  by: PrincipalName,
  person: z.string().describe('The person behind an API key or a session'),
  vote: z.enum(['approve', 'deny']),
  comment: z.string().nullable(),
  at: Timestamp,
});
export type ApprovalVote = z.infer<typeof ApprovalVote>;

/** An approval as lists carry it. */
export const ApprovalSummary = z.looseObject({
  id: ApprovalId,
  tenant_id: TenantId,
  subject_kind: ApprovalSubjectKind,
  subject_id: z
    .string()
    .describe(
      'Id of the execution, sync, waiver or finding, or of the drifted resource or VM group',
    ),
  subject_name: z
    .string()
    .describe('Name of the workflow, runbook, application, policy, check or resource'),
  details: JsonObject.describe(
    'Facts about the subject. Of an execution: `workflow_id` and `step`; of drift: ' +
      '`resource_kind` and `action`; of a waiver and a finding: `resource_kind` and `check`; ' +
      'of an autonomous decision: `size_from` and `size_to`',
  ),
  kind: ApprovalKind.prefault('approval'),
  status: ApprovalStatus,
  message: z.string().nullable().describe('Question to people, or task a person performs'),
  required: z.int().describe('Number of approvals required'),
  approved: z.int().describe('Number of approvals so far'),
  created_at: Timestamp,
  created_by: PrincipalName.describe('Principal that requested it, or started the execution'),
  expires_at: Timestamp,
  ended_at: Timestamp.nullable(),
});
export type ApprovalSummary = z.infer<typeof ApprovalSummary>;

/** An approval as answers carry it. */
export const Approval = ApprovalSummary.extend({
  details: ApprovalSummary.shape.details.describe(
    'Facts about the subject, with what is voted about. Of an execution also `version`, `inputs` ' +
      'and `targets`, the steps that wait; of drift also `severity` and `fields`',
  ),
  effects: z
    .array(z.string())
    .describe('What happens once the approval is given, in lines for people'),
  approvers: z
    .array(z.string())
    .nullable()
    .describe(
      'Eligible voters: persons, names of keys, or `role:NAME`; null: all whose role allows it',
    ),
  excluded: z
    .array(z.string())
    .describe(
      'Persons who may not vote: who requested it, and the authors of what it is about (the ' +
        'version of a workflow, the drift); none of a check',
    ),
  digest: z.string().describe('SHA-256 of what is voted about'),
  votes: z.array(ApprovalVote).describe('Oldest first'),
  problem: z.string().nullable().describe('Reason it was not approved, once it has ended'),
  used_at: Timestamp.nullish().describe('When something was done under it; it counts once'),
  vote_refusal: z
    .string()
    .nullish()
    .describe('Reason the caller may not vote although its role allows votes; null if it may'),
});
export type Approval = z.infer<typeof Approval>;
