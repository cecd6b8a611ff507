/** Findings as subjects of approvals: a vote changes nothing, its requester corrects later. */
import { hash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { ApprovalRow } from '../../../../ports/tables/access/approval-row.ts';
import type { ApprovalSubject } from '../../../access/approvals/approval-subjects.ts';
import {
  type NeededApproval,
  requireApproval,
} from '../../../access/approvals/require-approval.ts';
import { detailsOf } from '../../../access/approvals/stored-approval.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { explainChange, type PlannedCorrection, planFinding } from './prepare-correction.ts';
import type { SubjectParts } from './read-subject.ts';

/** Behavior of findings. */
export function findingSubject(parts: SubjectParts): ApprovalSubject {
  return {
    // Those who approve a change could make it.
    right: (row) => (detailsOf(row).resource_kind === 'volume' ? 'volume.update' : 'vm.update'),
    digestNow: async ({ subject_id: id, tenant_id }) => {
      const where = { id, tenant_id };
      const [finding] = await parts.deps.store.read({ from: 'compliance_findings', where });
      const planned = finding && (await planFinding(parts, finding));
      return planned?.ok ? digestOf(planned.value) : undefined;
    },
    decide: async () => ({ changes: [], after: async () => undefined }),
  };
}

/** Digest of what a correction changes. An approval is for one: the next has another digest. */
function digestOf({ finding, plan }: PlannedCorrection): string {
  const { id, subject_id, opened_at_ms, correction_json } = finding;
  const { operation, field, was, is } = plan;
  const seen = { id, subject_id, opened_at_ms, correction_json, operation, field, was, is };
  return hash('sha256', canonicalJson(seen), 'hex');
}

/** Finds the approval of a correction, as `requireApproval` does. */
export function requireCorrectionApproval(
  parts: SubjectParts,
  { planned, mode }: Pick<NeededApproval, 'mode'> & { readonly planned: PlannedCorrection },
  context: CallContext,
): Promise<Result<ChangeSet, Problem>> {
  const { finding, kind } = planned;
  const { id, check_id: check, subject_name: name } = finding;
  const needed: NeededApproval = {
    operation: 'compliance_finding.correct',
    about: {
      tenant_id: finding.tenant_id,
      subject_kind: 'compliance_finding',
      subject_id: id,
      subject_name: name,
    },
    subject: findingSubject(parts),
    action: 'correct',
    mode,
    digestOf: () => digestOf(planned),
    describe: async () => ({
      message: `Correct ${check} of ${name}?`,
      details: { resource_kind: kind, check },
      excluded: [],
      effects: [explainChange(planned)],
      shown: { severity: finding.severity },
    }),
    refuse: (pending) => unapproved(planned, pending),
  };
  return requireApproval(parts.deps, needed, context);
}

function unapproved({ finding }: PlannedCorrection, pending: ApprovalRow | undefined): Problem {
  const { id, check_id: check, subject_name: name } = finding;
  const detail = `Another person must approve the correction of ${check} of ${name}.`;
  if (pending === undefined) {
    return problem('forbidden', {
      detail,
      remedy: 'Carry it out to request the approval.',
      data: { finding_id: id },
    });
  }
  return problem('forbidden', {
    detail: `${detail} ${pending.id} asks for it.`,
    remedy: `Ask for votes (novacron approval approve ${pending.id}), then repeat the request.`,
    data: { finding_id: id, approval_id: pending.id },
  });
}
