/** The changes of approvals, with the events that report them. */
import type { ApprovalStatus } from '@novacron/contract/access/approval';
import type { JsonObject } from '@novacron/contract/json';
import { problem } from '@novacron/contract/problem/problem';
import type { Change } from '../../../ports/store.ts';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import {
  detailsOf,
  type StoredSubject,
  type StoredVote,
  subjectJson,
  subjectOf,
} from './stored-approval.ts';

type Deps = Pick<AccessDeps, 'ids' | 'clock'>;

/** A question to people. */
export interface ApprovalRequest
  extends Pick<
    ApprovalRow,
    | 'tenant_id'
    | 'subject_kind'
    | 'subject_id'
    | 'subject_name'
    | 'operation_id'
    | 'kind'
    | 'required'
    | 'message'
    | 'digest'
    | 'created_by'
  > {
  readonly question: string;
  readonly details: JsonObject;
  readonly subject: StoredSubject;
  /** Until when people may vote, and the approval may be used. Unit: ms. */
  readonly validMs: number;
}

/** Makes the row of a new approval. */
export function newApproval(
  { ids, clock }: Deps,
  { details, subject, validMs, ...request }: ApprovalRequest,
): ApprovalRow {
  const nowMs = clock.nowMs();
  return {
    ...request,
    id: ids.next('apr'),
    status: 'pending',
    details_json: JSON.stringify(details),
    subject_json: subjectJson(subject),
    votes_json: '[]',
    revision: 1,
    created_at_ms: nowMs,
    expires_at_ms: nowMs + validMs,
    ended_at_ms: null,
  };
}

/** Stores a new approval, unless its question has been asked meanwhile, and reports it. */
export function insertApproval(deps: Deps, row: ApprovalRow): readonly Change[] {
  const otherwise = replan(`The question about ${row.subject_name}`);
  return [
    { kind: 'insert', into: 'approvals', row, otherwise },
    approvalEvent(deps, row, 'requested'),
  ];
}

/** Guard: nothing about the approval has changed since it was read. */
export function stillAsked({ id, revision, subject_name }: ApprovalRow): Change {
  const otherwise = replan(`An approval of ${subject_name}`);
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
    // An attempt at a step asks once; anything else may ask again after the answer.
    question: status === 'pending' || row.operation_id !== null ? row.question : null,
    votes_json: JSON.stringify(votes),
    subject_json: subjectJson(problem === undefined ? subject : { ...subject, problem }),
    revision: row.revision + 1,
    ended_at_ms: status === 'pending' ? null : clock.nowMs(),
  };
}

/**
 * Ends a given approval with what is done under it: the next time needs another. It is to be in the
 * same commit, which fails where the approval was used or voided since it was read.
 */
export function useUpApproval({ clock }: Pick<Deps, 'clock'>, row: ApprovalRow): Change {
  const { id, revision, subject_name } = row;
  const nowMs = clock.nowMs();
  return {
    kind: 'update',
    table: 'approvals',
    id,
    set: {
      subject_json: subjectJson({ ...subjectOf(row), usedAtMs: nowMs }),
      revision: revision + 1,
      expires_at_ms: nowMs,
    },
    expect: { revision },
    otherwise: problem('conflict', {
      detail:
        `The approval ${id} of ${subject_name} was used or voided by another request at the same ` +
        'time, and an approval counts once.',
      remedy: 'Send the request again: it asks for another approval if it still needs one.',
      data: { approval_id: id },
    }),
  };
}

/** Writes an approval if nothing has changed it since it was read. */
export function updateApproval(row: ApprovalRow, changed: ApprovalRow): Change {
  const { id, ...set } = changed;
  const otherwise = replan(`An approval of ${row.subject_name}`);
  const expect = { revision: row.revision };
  return { kind: 'update', table: 'approvals', id, set, expect, otherwise };
}

/** Changes an approval, and reports it. @throws damagedRow */
export function endApproval(deps: Deps, row: ApprovalRow, change: ApprovalChange) {
  const changed = changedApproval(deps, row, change);
  const { status } = change;
  const reported = status === 'pending' ? [] : [approvalEvent(deps, changed, status)];
  return { changed, changes: [updateApproval(row, changed), ...reported] };
}

/** The event about an approval. */
export function approvalEvent(
  deps: Deps,
  row: ApprovalRow,
  what: 'requested' | 'voted' | Exclude<ApprovalStatus, 'pending'>,
): Change {
  const { id, tenant_id, subject_kind, subject_id, subject_name, operation_id } = row;
  return eventChange(deps, {
    tenantId: tenant_id,
    type: `approval.${what}`,
    source: 'approvals',
    target: id,
    priority: what === 'requested' ? 'high' : 'normal',
    data: {
      approval_id: id,
      subject_kind,
      subject_id,
      subject_name,
      ...(operation_id === null ? {} : { execution_id: operation_id }),
      ...detailsOf(row),
    },
  });
}
