/** Shows approvals. */
import { Approval, ApprovalSummary } from '@novacron/contract/access/approval';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { makersOf, personOf, personWithKey } from '../identity/person-of.ts';
import type { ApprovalSubjects, ApprovalView } from './approval-subjects.ts';
import { refuseVote } from './refuse-vote.ts';
import { detailsOf, subjectOf, votesOf } from './stored-approval.ts';

type Deps = Pick<AccessDeps, 'store' | 'clock'>;

/** Finds an approval of the tenant. Problems: `not-found`. */
export async function findApproval(
  { store }: Pick<Deps, 'store'>,
  id: string,
  { principal }: Pick<CallContext, 'principal'>,
): Promise<Result<ApprovalRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'approvals', where });
  return row === undefined ? err(notFound('approval', id)) : ok(row);
}

/** Shows an approval. Problems: `not-found`. */
export async function getApproval(
  { deps, subjects }: { readonly deps: Deps; readonly subjects: ApprovalSubjects },
  id: string,
  context: CallContext,
): Promise<Result<Approval, Problem>> {
  const found = await findApproval(deps, id, context);
  if (!found.ok) return found;
  const { principal } = context;
  const person = await personOf(deps, principal);
  const makers = await makersOf(deps, principal);
  const subject = subjects[found.value.subject_kind];
  return ok(toApproval(found.value, { subject, principal, person, makers }));
}

/** Lists approvals without what they are about. */
export async function listApprovals(
  deps: Deps,
  input: ParsedInputOf<'approval.list'>,
  { principal }: CallContext,
): Promise<Result<Page<ApprovalSummary>, Problem>> {
  const source = {
    operation: 'approval.list',
    from: 'approvals',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'apr',
    damaged: 'blank',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, (row) => ApprovalSummary.parse(summaryOf(row)))) : page;
}

/** An approval as answers carry it, from the view of who may vote. @throws damagedRow */
export function toApproval(row: ApprovalRow, view: ApprovalView): Approval {
  const { approvers, excluded, effects = [], shown, problem = null, usedAtMs } = subjectOf(row);
  const votes = votesOf(row).map(({ name, person, vote, comment, atMs }) => {
    return { by: name, person, vote, comment, at: toTimestamp(atMs) };
  });
  const { digest } = row;
  const details = { ...detailsOf(row), ...shown };
  const used_at = usedAtMs === undefined ? null : toTimestamp(usedAtMs);
  const more = { details, effects, approvers, excluded, digest, votes, problem, used_at };
  const vote_refusal = explainRefusal(row, view) ?? null;
  return Approval.parse({ ...summaryOf(row), ...more, vote_refusal });
}

/**
 * Says why someone may not vote, in a sentence; undefined where they may.
 * @throws damagedRow
 */
function explainRefusal(row: ApprovalRow, view: ApprovalView): string | undefined {
  const reason = refuseVote(row, view);
  const { principal, person } = view;
  const who = personWithKey(person, principal);
  return reason === undefined ? undefined : `${who} may not vote: ${person} ${reason}.`;
}

/** @throws damagedRow */
function summaryOf(row: ApprovalRow) {
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    subject_kind: row.subject_kind,
    subject_id: row.subject_id,
    subject_name: row.subject_name,
    details: detailsOf(row),
    kind: row.kind,
    status: row.status,
    message: row.message,
    required: row.required,
    approved: votesOf(row).filter(({ vote }) => vote === 'approve').length,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    expires_at: toTimestamp(row.expires_at_ms),
    ended_at: row.ended_at_ms === null ? null : toTimestamp(row.ended_at_ms),
  };
}
