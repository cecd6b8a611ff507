/** Finds the approval under which critical drift is remediated, or requests it. */
import type { DriftField } from '@novacron/contract/drift/drift';
import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { explainRemediation } from '@novacron/engine/drift/explain-drift';
import type { ChangeSet } from '../../../ports/store.ts';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import { type NeededApproval, requireApproval } from '../../access/approvals/require-approval.ts';
import { personNamed } from '../../access/identity/person-of.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Compared } from './compare-resources.ts';
import {
  type ApprovedAction,
  actionOf,
  digestOf,
  driftSubject,
  toAction,
} from './drift-subject.ts';

/** A remediation that needs an approval. */
interface Needed extends Pick<NeededApproval, 'mode'> {
  readonly target: Compared;
  readonly action: ApprovedAction;
}

/** Finds the approval of a remediation, as `requireApproval` does. */
export function requireDriftApproval(
  deps: CapabilityDeps,
  { target, action, mode }: Needed,
  context: CallContext,
): Promise<Result<ChangeSet, Problem>> {
  const { row, record } = target;
  const { resource_kind, severity, fields, causes } = record;
  const { tenantId } = context.principal;
  const verb = action === 'revert' ? 'Revert' : 'Adopt';
  const needed: NeededApproval = {
    operation: 'drift.remediate',
    about: {
      tenant_id: tenantId,
      subject_kind: 'drift',
      subject_id: row.id,
      subject_name: row.name,
    },
    subject: driftSubject(deps),
    action,
    mode,
    digestOf: (asked) => digestOf(target, toAction(asked)),
    describe: async () => ({
      message: `${verb} the critical drift of ${row.name}?`,
      details: { resource_kind },
      // Those who made the change do not decide what becomes of it.
      excluded: await Promise.all(
        causes.map(({ principal }) => personNamed(deps, { name: principal, tenantId })),
      ),
      effects: explainRemediation(record, action),
      shown: { severity, fields: fields.map(shownField) },
    }),
    refuse: (pending) => unapproved({ target, action }, pending),
  };
  return requireApproval(deps, needed, context);
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
