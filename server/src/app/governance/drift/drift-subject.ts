/** Critical drift as the subject of approvals. */
import { hash } from 'node:crypto';
import type { DriftRecord } from '@novacron/contract/drift/drift';
import type { RemediationAction } from '@novacron/contract/drift/drift-remediation';
import { canonicalJson } from '@novacron/contract/json';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { ApprovalSubject } from '../../access/approvals/approval-subjects.ts';
import { actionOf as askedOf } from '../../access/approvals/require-approval.ts';
import { mayCall } from '../../access/identity/may-call.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { type Compared, compareResources } from './compare-resources.ts';

/** What people approve: muting critical drift needs the right to remediate it alone. */
export type ApprovedAction = Exclude<RemediationAction, 'ignore'>;

/** Critical drift is remediated by those who may do that alone, or with an approval. */
export function needsApproval({ severity }: DriftRecord, principal: Principal): boolean {
  return severity === 'critical' && !mayCall(principal, 'drift.remediate_critical');
}

/** Behavior of drift: a vote changes nothing of the resource, its requester remediates later. */
export function driftSubject({ store }: Pick<CapabilityDeps, 'store'>): ApprovalSubject {
  return {
    right: () => 'drift.remediate',
    digestNow: async (row) => {
      const scope = { tenantId: row.tenant_id, ids: [row.subject_id] };
      const [target] = (await compareResources(store, scope)).drifted;
      return target === undefined ? undefined : digestOf(target, actionOf(row));
    },
    decide: async () => ({ changes: [], after: async () => undefined }),
  };
}

/** The action that an approval is about. */
export function actionOf(row: Pick<ApprovalRow, 'details_json'>): ApprovedAction {
  return toAction(askedOf(row));
}

/** An action by its name. */
export function toAction(name: string): ApprovedAction {
  return name === 'adopt' ? 'adopt' : 'revert';
}

/** Digest of an action on drift: of all that was applied, and all that is instead. */
export function digestOf({ row, applied, current }: Compared, action: ApprovedAction): string {
  return hash('sha256', canonicalJson({ id: row.id, action, applied, current }), 'hex');
}
