/** Shows approvals. */
import { Approval, ApprovalSummary } from '@novacron/contract/automation/approval';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  refuseVoter,
  type Voter,
} from '@novacron/engine/automation/workflows/approval/count-votes';
import type { ApprovalRow } from '../../../ports/tables/automation/approval-rows.ts';
import { personOf, personWithKey } from '../../access/identity/person-of.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { subjectOf, votesOf } from './tasks/approval-subject.ts';

type Deps = Pick<CapabilityDeps, 'store' | 'clock'>;

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
  deps: Deps,
  id: string,
  context: CallContext,
): Promise<Result<Approval, Problem>> {
  const found = await findApproval(deps, id, context);
  if (!found.ok) return found;
  const person = await personOf(deps, context.principal);
  return ok(toApproval(found.value, { ...context.principal, person }));
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
export function toApproval(row: ApprovalRow, voter: Voter): Approval {
  const { version, approvers, excluded, inputs, targets, problem = null } = subjectOf(row);
  const refusal = explainRefusal(row, voter) ?? null;
  const votes = votesOf(row).map(({ name, person, vote, comment, atMs }) => {
    return { by: name, person, vote, comment, at: toTimestamp(atMs) };
  });
  const { digest } = row;
  const more = { version, approvers, excluded, inputs, targets, digest, votes, problem };
  return Approval.parse({ ...summaryOf(row), ...more, vote_refusal: refusal });
}

/**
 * Says why someone may not vote, in a sentence; undefined where they may.
 * @throws damagedRow
 */
function explainRefusal(row: ApprovalRow, voter: Voter): string | undefined {
  const reason = refuseVoter(subjectOf(row), votesOf(row), voter);
  const { person } = voter;
  const who = personWithKey(person, voter);
  return reason === undefined ? undefined : `${who} may not vote: ${person} ${reason}.`;
}

/** @throws damagedRow */
function summaryOf(row: ApprovalRow) {
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    execution_id: row.execution_id,
    workflow_id: row.workflow_id,
    workflow: row.workflow,
    step: row.step,
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
