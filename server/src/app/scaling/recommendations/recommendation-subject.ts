/** Recommendations as subjects of approvals: a vote changes nothing, its requester does, later. */
import type { Recommendation } from '@novacron/contract/fleet/recommendation';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { ApprovalSubject } from '../../access/approvals/approval-subjects.ts';
import { type NeededApproval, requireApproval } from '../../access/approvals/require-approval.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { recommendPlan } from './describe-others.ts';

/** Behavior of recommendations; only those of the optimizer need approvals. */
export function recommendationSubject(deps: CapabilityDeps): ApprovalSubject {
  return {
    right: () => 'optimizer.consolidate',
    digestNow: async ({ subject_id, tenant_id }) => {
      const plans = await recommendPlan(deps, platformContext(deps, tenant_id, 'platform'));
      return plans.find(({ id }) => id === subject_id)?.digest;
    },
    decide: async () => ({ changes: [], after: async () => undefined }),
  };
}

/** Finds the approval of a recommendation, as `requireApproval` does. */
export function requireFollowApproval(
  deps: CapabilityDeps,
  { found, mode }: Pick<NeededApproval, 'mode'> & { readonly found: Recommendation },
  context: CallContext,
): Promise<Result<ChangeSet, Problem>> {
  const needed: NeededApproval = {
    operation: 'optimizer.apply',
    about: {
      tenant_id: context.principal.tenantId,
      subject_kind: 'recommendation',
      subject_id: found.id,
      subject_name: found.subject_name,
    },
    subject: recommendationSubject(deps),
    action: 'apply',
    mode,
    digestOf: () => found.digest,
    describe: async () => ({
      message: `${found.title}?`,
      details: { source: found.source },
      excluded: [],
      effects: found.explanation,
      shown: {},
    }),
    refuse: (pending) => unapproved(found, pending),
  };
  return requireApproval(deps, needed, context);
}

function unapproved({ id, title }: Recommendation, pending: ApprovalRow | undefined): Problem {
  const detail = `Another person must approve this, because it cannot be taken back: ${title}.`;
  if (pending === undefined) {
    return problem('forbidden', {
      detail,
      remedy: 'Apply it to request the approval.',
      data: { recommendation_id: id },
    });
  }
  return problem('forbidden', {
    detail: `${detail} ${pending.id} asks for it.`,
    remedy: `Ask for votes (novacron approval approve ${pending.id}), then repeat the request.`,
    data: { recommendation_id: id, approval_id: pending.id },
  });
}
