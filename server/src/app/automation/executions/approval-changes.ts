/** The changes of approvals, with the events that report them. */
import type { ApprovalStatus } from '@novacron/contract/automation/approval';
import type { Change } from '../../../ports/store.ts';
import type { ApprovalRow } from '../../../ports/tables/automation/approval-rows.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';
import { type StoredVote, subjectOf } from './tasks/approval-subject.ts';

type Deps = Pick<CapabilityDeps, 'ids' | 'clock'>;

/** Guard: nothing about the approval has changed since it was read. */
export function stillAsked({ id, revision, workflow }: ApprovalRow): Change {
  const otherwise = replan(`An approval of ${workflow}`);
  return { kind: 'update', table: 'approvals', id, set: {}, expect: { revision }, otherwise };
}

/** Changed state of an approval. */
export interface ApprovalChange {
  readonly status: ApprovalStatus;
  readonly votes: readonly StoredVote[];
  /** Reason why it is not approved. */
  readonly problem?: string | undefined;
}

/** The row after a change. @throws damagedRow */
export function changedApproval(
  { clock }: Pick<Deps, 'clock'>,
  row: ApprovalRow,
  { status, votes, problem }: ApprovalChange,
): ApprovalRow {
  const { problem: _before, ...subject } = subjectOf(row);
  return {
    ...row,
    status,
    votes_json: JSON.stringify(votes),
    subject_json: JSON.stringify(problem === undefined ? subject : { ...subject, problem }),
    revision: row.revision + 1,
    ended_at_ms: status === 'pending' ? null : clock.nowMs(),
  };
}

/** Writes an approval if nothing has changed it since it was read. */
export function updateApproval(row: ApprovalRow, changed: ApprovalRow): Change {
  const { id, ...set } = changed;
  const otherwise = replan(`An approval of ${row.workflow}`);
  const expect = { revision: row.revision };
  return { kind: 'update', table: 'approvals', id, set, expect, otherwise };
}

/** The event about an approval. */
export function approvalEvent(
  deps: Deps,
  { id, tenant_id, execution_id, workflow, step }: ApprovalRow,
  what: 'requested' | 'voted' | Exclude<ApprovalStatus, 'pending'>,
): Change {
  return eventChange(deps, {
    tenantId: tenant_id,
    type: `approval.${what}`,
    source: 'automation',
    target: id,
    priority: what === 'requested' ? 'high' : 'normal',
    data: { approval_id: id, execution_id, workflow, step },
  });
}
