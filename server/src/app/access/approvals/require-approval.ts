/** Finds the approval under which a caller does something, or requests it. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { retryConflicts } from '../../kernel/write/retry-conflicts.ts';
import type { AccessDeps } from '../deps.ts';
import { personOf } from '../identity/person-of.ts';
import {
  type ApprovalChange,
  type ApprovalRequest,
  endApproval,
  insertApproval,
  newApproval,
  useUpApproval,
} from './approval-changes.ts';
import type { ApprovalSubject } from './approval-subjects.ts';
import { detailsOf, subjectOf } from './stored-approval.ts';
import { expired, useApproval, voided } from './use-approval.ts';

/** Validity of an approval, from its request. Unit: ms. */
const APPROVAL_MS = 24 * 3_600_000;

/** Something that needs an approval. */
export interface NeededApproval {
  readonly operation: OperationName;
  readonly about: Pick<ApprovalRow, 'tenant_id' | 'subject_kind' | 'subject_id' | 'subject_name'>;
  readonly subject: Pick<ApprovalSubject, 'right'>;
  /** What is to be done; of the actions on one subject, one can wait at a time. */
  readonly action: string;
  /** `look`: nothing is requested. */
  readonly mode: 'look' | 'request';
  /** Digest of what an action would do now. */
  readonly digestOf: (action: string) => string;
  readonly describe: () => Promise<Description>;
  /** The refusal while the approval is missing. @param pending - waits for votes */
  readonly refuse: (pending: ApprovalRow | undefined) => Problem;
}

/** What an approval shows. */
interface Description extends Pick<ApprovalRequest, 'message' | 'details'> {
  /** Persons who may not vote, besides the requester. */
  readonly excluded: readonly string[];
  readonly effects: readonly string[];
  readonly shown: ApprovalRequest['subject']['shown'];
}

/** The action that an approval is about. */
export function actionOf(row: Pick<ApprovalRow, 'details_json'>): string {
  return String(detailsOf(row).action);
}

/**
 * Checks whether a caller has an approval. Problems: the refusal, with what was requested.
 * @returns what uses the approval up, for the commit of what is done under it: it counts once
 */
export async function requireApproval(
  deps: AccessDeps,
  needed: NeededApproval,
  context: CallContext,
): Promise<Result<ChangeSet, Problem>> {
  // What is committed here is kept, though the answer is a refusal.
  const attempt = async (): Promise<Result<Result<ChangeSet, Problem>, Problem>> => {
    const person = await personOf(deps, context.principal);
    const found = await lookAt(deps, needed, person);
    if (found.kind === 'given') return ok(ok([useUpApproval(deps, found.row)]));
    const refuse = (pending: ApprovalRow | undefined) =>
      ok(err(withUsed(needed.refuse(pending), found.used)));
    if (needed.mode === 'look') return refuse(found.pending);
    if (found.pending !== undefined) {
      const ended = await commitChanges(deps, found.changes);
      return ended.ok ? refuse(found.pending) : ended;
    }
    const asked = await request(deps, { ...needed, person, changes: found.changes }, context);
    return asked.ok ? refuse(asked.value) : asked;
  };
  const done = await retryConflicts(deps, context, needed.operation, attempt);
  return done.ok ? done.value : done;
}

/** Says of the second use of an approval that the first one has used it up. */
function withUsed(refused: Problem, used: ApprovalRow | undefined): Problem {
  if (used === undefined) return refused;
  const detail = `The approval ${used.id} was used already, and counts once. ${refused.detail}`;
  return { ...refused, detail };
}

type Found =
  | { readonly kind: 'given'; readonly row: ApprovalRow }
  | {
      readonly kind: 'missing';
      /** Waits already, for this action or another one. */
      readonly pending: ApprovalRow | undefined;
      /** The last one for the same, under which it was done once. */
      readonly used: ApprovalRow | undefined;
      /** End those that are about something else by now. */
      readonly changes: readonly Change[];
    };

async function lookAt(deps: AccessDeps, needed: NeededApproval, person: string): Promise<Found> {
  const { tenant_id, subject_id, subject_kind } = needed.about;
  const rows = await deps.store.read({
    from: 'approvals',
    where: { tenant_id, subject_id, subject_kind, status: { in: ['pending', 'approved'] } },
  });
  const changes: Change[] = [];
  let pending: ApprovalRow | undefined;
  let last: ApprovalRow | undefined;
  for (const row of rows) {
    const { requester, usedAtMs } = subjectOf(row);
    const isOwn = requester === person;
    const isSame = isOwn && actionOf(row) === needed.action;
    if (row.status === 'pending') {
      const change = endOfPending(deps, row, { needed, isOwn });
      if (change === undefined) pending = row;
      else changes.push(...endApproval(deps, row, change).changes);
    } else if (isSame && usedAtMs !== undefined) {
      if (needed.digestOf(needed.action) === row.digest) last = row;
    } else if (isSame && row.expires_at_ms > deps.clock.nowMs()) {
      const digestNow = async () => needed.digestOf(needed.action);
      const used = await useApproval(deps, { ...needed.subject, digestNow }, row);
      if (used.kind === 'counts') return { kind: 'given', row };
      const { problem: why = 'a voter may not approve any more' } = used.change;
      changes.push(...endApproval(deps, row, voided(row, why)).changes);
    }
  }
  return { kind: 'missing', pending, used: last, changes };
}

/** How a pending one ends now; undefined if it goes on waiting. */
function endOfPending(
  { clock }: Pick<AccessDeps, 'clock'>,
  row: ApprovalRow,
  { needed, isOwn }: { readonly needed: NeededApproval; readonly isOwn: boolean },
): ApprovalChange | undefined {
  if (row.expires_at_ms <= clock.nowMs()) return expired(row);
  const asked = actionOf(row);
  if (needed.digestOf(asked) !== row.digest) return voided(row, 'its subject has changed');
  const isReplaced = isOwn && asked !== needed.action;
  return isReplaced ? voided(row, `its requester asks to ${needed.action} instead`) : undefined;
}

async function request(
  deps: AccessDeps,
  needed: NeededApproval & { readonly person: string; readonly changes: readonly Change[] },
  context: CallContext,
): Promise<Result<ApprovalRow, Problem>> {
  const { about, action, person, changes } = needed;
  const { message, details, excluded, effects, shown } = await needed.describe();
  const approval = newApproval(deps, {
    ...about,
    operation_id: null,
    question: `${about.subject_kind}/${about.subject_id}`,
    kind: 'approval',
    required: 1,
    message,
    details: { ...details, action },
    subject: {
      approvers: null,
      excluded: [...new Set([person, ...excluded])],
      requester: person,
      effects,
      shown,
    },
    digest: needed.digestOf(action),
    created_by: context.principal.name,
    validMs: APPROVAL_MS,
  });
  const done = await commitChanges(deps, [
    ...changes,
    ...insertApproval(deps, approval),
    auditChange(deps, context, {
      operation: 'approval.requested',
      outcome: 'done',
      resourceKind: 'approval',
      target: { id: approval.id, name: about.subject_name },
      changes: {
        subject_id: { was: null, is: about.subject_id },
        action: { was: null, is: action },
      },
    }),
  ]);
  return done.ok ? ok(approval) : done;
}
