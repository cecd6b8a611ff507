/**
 * Approvals: what steps of executions ask people for before the steps behind them begin. A manual
 * step is asked for in the same way: a person does it, and then checks it off.
 */
import { z } from 'zod';
import { ApprovalId, OperationId, TenantId, WorkflowId } from '../ids.ts';
import { JsonObject } from '../json.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';
import { type AutomationStep, durationMsOf } from './definition.ts';

/** Default time limit of an approval: a week. Unit: milliseconds. */
const APPROVAL_MS_DEFAULT = 7 * 86_400_000;

/** Until when people may vote, from the moment they are asked. Unit: milliseconds. */
export function approvalMsOf({
  approval,
  timeout,
}: Pick<AutomationStep, 'approval' | 'timeout'>): number {
  const limit = approval?.expires ?? timeout;
  return limit === undefined ? APPROVAL_MS_DEFAULT : durationMsOf(limit);
}

/** Longest reason of a vote. Unit: characters. */
const COMMENT_MAX = 1_024;

/** Whether an approval is waited for, or how it has ended. */
export const ApprovalStatus = z
  .enum(['pending', 'approved', 'denied', 'expired', 'voided'])
  .describe(
    '`voided`: the execution failed or was cancelled meanwhile, or what was voted about is not ' +
      'the same any more',
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

/** A step that runs once the approval is given. */
export const ApprovalTarget = z.looseObject({
  step: z.string().describe('Id of the step in the definition'),
  action: JsonObject.describe(
    'Actions with the values that are known; results of later steps are references',
  ),
});
export type ApprovalTarget = z.infer<typeof ApprovalTarget>;

/** An approval as lists carry it. */
export const ApprovalSummary = z.looseObject({
  id: ApprovalId,
  tenant_id: TenantId,
  execution_id: OperationId,
  workflow_id: WorkflowId,
  workflow: z.string().describe('Name of the workflow or runbook'),
  step: z.string().describe('Id of the step that waits'),
  kind: ApprovalKind.prefault('approval'),
  status: ApprovalStatus,
  message: z.string().nullable().describe('Question the step asks, or task a person performs'),
  required: z.int().describe('Number of approvals required'),
  approved: z.int().describe('Number of approvals so far'),
  created_at: Timestamp,
  created_by: PrincipalName.describe('Principal that started the execution'),
  expires_at: Timestamp,
  ended_at: Timestamp.nullable(),
});
export type ApprovalSummary = z.infer<typeof ApprovalSummary>;

/** An approval as answers carry it. */
export const Approval = ApprovalSummary.extend({
  version: z.int().describe('Version of the text that the execution runs'),
  approvers: z
    .array(z.string())
    .nullable()
    .describe(
      'Eligible voters: persons, names of keys, or `role:NAME`; null: all whose role allows it',
    ),
  excluded: z
    .array(z.string())
    .describe(
      'Persons who may not approve: who started the execution, and who wrote its version; none ' +
        'of a check',
    ),
  inputs: JsonObject.describe('Inputs of the execution'),
  targets: z.array(ApprovalTarget).describe('Steps that wait for it, with what they do'),
  digest: z.string().describe('SHA-256 of version, inputs and targets: what is voted about'),
  votes: z.array(ApprovalVote).describe('Oldest first'),
  problem: z.string().nullable().describe('Reason it was not approved, once it has ended'),
  vote_refusal: z
    .string()
    .nullish()
    .describe('Reason the caller may not vote although its role allows it; null if it may'),
});
export type Approval = z.infer<typeof Approval>;
