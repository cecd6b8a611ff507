/** Finds the approval under which critical drift is remediated, or requests it. */
import type { DriftField } from '@novacron/contract/drift/drift';
import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainRemediation } from '@novacron/engine/drift/explain-drift';
import type { Change } from '../../../ports/store.ts';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import {
  type ApprovalChange,
  endApproval,
  insertApproval,
  newApproval,
} from '../../access/approvals/approval-changes.ts';
import { subjectOf } from '../../access/approvals/stored-approval.ts';
import { expired, useApproval, voided } from '../../access/approvals/use-approval.ts';
import { personNamed, personOf } from '../../access/identity/person-of.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { retryConflicts } from '../../kernel/write/retry-conflicts.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Compared } from './compare-resources.ts';
import { type ApprovedAction, actionOf, digestOf, driftSubject } from './drift-subject.ts';

/** Validity of an approval, from its request. Unit: ms. */
const APPROVAL_MS = 24 * 3_600_000;

/** A remediation that needs an approval. */
interface Needed {
  readonly target: Compared;
  readonly action: ApprovedAction;
  /** `look`: nothing is requested. */
  readonly mode: 'look' | 'request';
}

/**
 * Checks whether a caller has the approval of a remediation.
 * @returns the refusal with what was requested; undefined if the remediation may begin
 */
export async function requireApproval(
  deps: CapabilityDeps,
  needed: Needed,
  context: CallContext,
): Promise<Problem | undefined> {
  const attempt = async (): Promise<Result<Problem | undefined, Problem>> => {
    const person = await personOf(deps, context.principal);
    const found = await lookAt(deps, needed, person);
    if (found.kind === 'given') return ok(undefined);
    if (needed.mode === 'look') return ok(unapproved(needed, found.pending));
    if (found.pending !== undefined) {
      const ended = await commitChanges(deps, found.changes);
      return ended.ok ? ok(unapproved(needed, found.pending)) : ended;
    }
    return request(deps, { ...needed, person, changes: found.changes }, context);
  };
  const done = await retryConflicts(deps, context, 'drift.remediate', attempt);
  return done.ok ? done.value : done.error;
}

type Found =
  | { readonly kind: 'given' }
  | {
      readonly kind: 'missing';
      /** Waits already, for this action or another one. */
      readonly pending: ApprovalRow | undefined;
      /** End those that are about other drift. */
      readonly changes: readonly Change[];
    };

async function lookAt(
  deps: CapabilityDeps,
  { target, action }: Needed,
  person: string,
): Promise<Found> {
  const rows = await deps.store.read({
    from: 'approvals',
    where: {
      tenant_id: target.row.tenant_id,
      subject_id: target.row.id,
      subject_kind: 'drift',
      status: { in: ['pending', 'approved'] },
    },
  });
  const changes: Change[] = [];
  let pending: ApprovalRow | undefined;
  for (const row of rows) {
    const isOwn = subjectOf(row).requester === person;
    if (row.status === 'pending') {
      const change = endOfPending(deps, row, { target, action, isOwn });
      if (change === undefined) pending = row;
      else changes.push(...endApproval(deps, row, change).changes);
    } else if (isOwn && actionOf(row) === action && row.expires_at_ms > deps.clock.nowMs()) {
      const digestNow = async () => digestOf(target, action);
      const used = await useApproval(deps, { ...driftSubject(deps), digestNow }, row);
      if (used.kind === 'counts') return { kind: 'given' };
      const { problem: why = 'a voter may not approve any more' } = used.change;
      changes.push(...endApproval(deps, row, voided(row, why)).changes);
    }
  }
  return { kind: 'missing', pending, changes };
}

/** How a pending one ends now; undefined if it goes on waiting. */
function endOfPending(
  { clock }: Pick<CapabilityDeps, 'clock'>,
  row: ApprovalRow,
  now: { readonly target: Compared; readonly action: ApprovedAction; readonly isOwn: boolean },
): ApprovalChange | undefined {
  if (row.expires_at_ms <= clock.nowMs()) return expired(row);
  const asked = actionOf(row);
  if (digestOf(now.target, asked) !== row.digest) return voided(row, 'its subject has changed');
  const isReplaced = now.isOwn && asked !== now.action;
  return isReplaced ? voided(row, `its requester asks to ${now.action} instead`) : undefined;
}

async function request(
  deps: CapabilityDeps,
  {
    target,
    action,
    person,
    changes,
  }: Needed & { readonly person: string; readonly changes: readonly Change[] },
  context: CallContext,
): Promise<Result<Problem, Problem>> {
  const { row, record } = target;
  const { tenantId, name } = context.principal;
  const { resource_kind, severity, fields, causes } = record;
  // Those who made the change do not decide what becomes of it.
  const authors = await Promise.all(
    causes.map(({ principal }) => personNamed(deps, { name: principal, tenantId })),
  );
  const verb = action === 'revert' ? 'Revert' : 'Adopt';
  const approval = newApproval(deps, {
    tenant_id: tenantId,
    subject_kind: 'drift',
    subject_id: row.id,
    subject_name: row.name,
    operation_id: null,
    question: `drift/${row.id}`,
    kind: 'approval',
    required: 1,
    message: `${verb} the critical drift of ${row.name}?`,
    details: { resource_kind, action },
    subject: {
      approvers: null,
      excluded: [...new Set([person, ...authors])],
      requester: person,
      effects: explainRemediation(record, action),
      shown: { severity, fields: fields.map(shownField) },
    },
    digest: digestOf(target, action),
    created_by: name,
    validMs: APPROVAL_MS,
  });
  const done = await commitChanges(deps, [
    ...changes,
    ...insertApproval(deps, approval),
    auditChange(deps, context, {
      operation: 'approval.requested',
      outcome: 'done',
      resourceKind: 'approval',
      target: { id: approval.id, name: row.name },
      changes: { subject_id: { was: null, is: row.id }, action: { was: null, is: action } },
    }),
  ]);
  return done.ok ? ok(unapproved({ target, action }, approval)) : err(done.error);
}

function shownField({ field, was, is, wanted }: DriftField): JsonObject {
  return { field, was, is, ...(wanted === undefined ? {} : { wanted }) };
}

/** The refusal of a remediation whose approval waits for votes, or was not requested yet. */
function unapproved(
  { target: { row }, action }: Pick<Needed, 'target' | 'action'>,
  pending: ApprovalRow | undefined,
): Problem {
  const detail = `The drift of ${row.name} is critical: another person must approve what is done.`;
  if (pending === undefined) {
    return problem('forbidden', {
      detail,
      remedy: 'Carry it out to request the approval.',
      data: { resource_id: row.id },
    });
  }
  const { id } = pending;
  const asked = actionOf(pending);
  const isOther = asked !== action;
  return problem('forbidden', {
    detail: isOther ? `${detail} ${id} asks to ${asked} it.` : `${detail} ${id} asks for it.`,
    remedy: isOther
      ? `Wait until ${id} has ended, or have it denied: novacron approval deny ${id}`
      : `Ask for votes (novacron approval approve ${id}), then repeat the request.`,
    data: { resource_id: row.id, approval_id: id },
  });
}
