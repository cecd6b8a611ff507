/** Uses a given approval: it counts if nothing that it was given for has changed. */
import { TenantId } from '@novacron/contract/ids';
import { countVotes } from '@novacron/engine/automation/workflows/approval/count-votes';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { AccessDeps } from '../deps.ts';
import { findCurrentPrincipal } from '../identity/find-current-principal.ts';
import { mayCall } from '../identity/may-call.ts';
import type { ApprovalChange } from './approval-changes.ts';
import type { ApprovalSubject } from './approval-subjects.ts';
import { type StoredVote, votesOf } from './stored-approval.ts';

/** Whether an approval counts: if not, what becomes of it. */
export type ApprovalUse =
  | { readonly kind: 'counts'; readonly votes: readonly StoredVote[] }
  | { readonly kind: 'changes'; readonly change: ApprovalChange };

/** Checks that it is about what happens now, and that its voters may still approve. */
export async function useApproval(
  deps: AccessDeps,
  subject: Pick<ApprovalSubject, 'digestNow' | 'right'>,
  row: ApprovalRow,
): Promise<ApprovalUse> {
  const votes = votesOf(row);
  if ((await subject.digestNow(row)) !== row.digest) {
    return { kind: 'changes', change: voided(row, 'the approved subject has changed') };
  }
  const valid = await validVotes(deps, subject, row);
  if (valid.length === votes.length) return { kind: 'counts', votes };
  // A voter has lost the right: the others have to be enough, or people are asked again.
  const status = countVotes(valid, row.required);
  return { kind: 'changes', change: { status, votes: valid } };
}

async function validVotes(
  deps: AccessDeps,
  subject: Pick<ApprovalSubject, 'right'>,
  row: ApprovalRow,
): Promise<readonly StoredVote[]> {
  const tenantId = TenantId.parse(row.tenant_id);
  const right = subject.right?.(row);
  const checked = await Promise.all(
    votesOf(row).map(async (vote) => {
      const found = await findCurrentPrincipal(deps, { ...vote, tenantId });
      if (!found.ok || !mayCall(found.value, 'approval.approve')) return [];
      return right === undefined || mayCall(found.value, right) ? [vote] : [];
    }),
  );
  return checked.flat();
}

/** The end of an approval whose subject is not the same any more. */
export function voided(row: ApprovalRow, problem: string): ApprovalChange {
  return { status: 'voided', votes: votesOf(row), problem };
}

/** The end of an approval that too few people gave in time. */
export function expired(row: ApprovalRow): ApprovalChange {
  const votes = votesOf(row);
  const problem =
    row.kind === 'check'
      ? 'it was not confirmed in time'
      : `not enough people approved in time: ${votes.length} of ${row.required}`;
  return { status: 'expired', votes, problem };
}
