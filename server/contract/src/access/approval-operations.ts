/** Rows of the operations table about approvals. */
import { z } from 'zod';
import { ApprovalId } from '../ids.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { change, look } from '../operation/operation-shapes.ts';
import {
  Approval,
  ApprovalComment,
  ApprovalStatus,
  ApprovalSubjectKind,
  ApprovalSummary,
} from './approval.ts';

const vote = {
  ...change,
  output: z.looseObject({ resource: Approval }),
  problems: ['not-found', 'policy-denied', 'conflict'],
} as const;

const comment = ApprovalComment.optional().describe('Reason, for records');

const voted = {
  id: ApprovalId,
  digest: z
    .string()
    .optional()
    .describe('`digest` of what the caller has seen; the vote is refused if it is another one'),
};

/** The rows by name. */
export const approvalOperations = {
  'approval.get': {
    ...look,
    summary: 'Shows an approval: who has voted, and what happens once it is given.',
    rest: { method: 'GET', path: '/approvals/{id}', status: 200 },
    input: z.strictObject({ id: ApprovalId }),
    output: Approval,
    problems: ['not-found'],
  },
  'approval.list': {
    ...look,
    summary: 'Lists approvals in the order in which they were requested.',
    rest: { method: 'GET', path: '/approvals', status: 200 },
    ...list(ApprovalSummary, {
      filters: {
        status: oneOf(ApprovalStatus, 'Only approvals of one of these statuses'),
        subject_kind: oneOf(ApprovalSubjectKind, 'Only approvals about one of these kinds'),
        subject_id: oneOfTexts('Only approvals about one of these executions or resources'),
      },
      sort: ['created_at'],
      search: ['subject_name'],
      time: 'created_at',
    }),
    problems: [],
  },
  'approval.approve': {
    ...vote,
    summary: 'Approves a step of an execution or a remediation, or checks off a manual step.',
    rest: { method: 'POST', path: '/approvals/{id}/approve', status: 200 },
    input: z.strictObject({ ...voted, comment }),
  },
  'approval.deny': {
    ...vote,
    summary: 'Denies an approval, or reports that a manual step was not done.',
    rest: { method: 'POST', path: '/approvals/{id}/deny', status: 200 },
    input: z.strictObject({ ...voted, comment }),
  },
} as const;
