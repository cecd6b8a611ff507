/** Refuses the votes of those who may not vote on a subject. */
import { refuseVoter } from '@novacron/engine/automation/workflows/approval/count-votes';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import { mayCall } from '../identity/may-call.ts';
import type { ApprovalView } from './approval-subjects.ts';
import { subjectOf, votesOf } from './stored-approval.ts';

/**
 * Checks whether someone may vote.
 * @returns why not, as the end of a sentence about the person; undefined when they may
 * @throws damagedRow
 */
export function refuseVote(
  row: ApprovalRow,
  { subject, principal, person, makers }: ApprovalView,
): string | undefined {
  const right = subject.right?.(row);
  if (right !== undefined && !mayCall(principal, right)) return `may not call ${right}`;
  return refuseVoter(subjectOf(row), votesOf(row), { ...principal, person, makers });
}
