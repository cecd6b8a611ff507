/** Decisions about critical groups as subjects of approvals: the next decision uses the vote. */
import { hash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import type { ApprovalSubject } from '../../access/approvals/approval-subjects.ts';
import { requireApproval } from '../../access/approvals/require-approval.ts';
import { detailsOf } from '../../access/approvals/stored-approval.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** A size that was decided for a group. */
interface DecidedSize {
  readonly group: Pick<VmGroupRow, 'id' | 'name' | 'tenant_id'>;
  readonly from: number;
  readonly to: number;
}

/** Behavior of decisions. The subject is the group, which has one question at a time. */
export function decisionSubject({ store }: Pick<CapabilityDeps, 'store'>): ApprovalSubject {
  return {
    right: () => 'vm_group.scale',
    digestNow: async (row) => {
      const where = { id: row.subject_id, tenant_id: row.tenant_id };
      const [group] = await store.read({ from: 'vm_groups', where, damaged: 'blank' });
      return group && digestOf(group, Number(detailsOf(row).size_to));
    },
    decide: async () => ({ changes: [], after: async () => undefined }),
  };
}

/** An approval is for one change of the size as it is. */
function digestOf({ id, size }: Pick<VmGroupRow, 'id' | 'size'>, to: number): string {
  return hash('sha256', canonicalJson({ id, from: size, to }), 'hex');
}

/** Finds the approval of a decision, or requests it, as `requireApproval` does. */
export function requireDecisionApproval(
  deps: CapabilityDeps,
  { group, from, to }: DecidedSize,
  context: CallContext,
): Promise<Result<ChangeSet, Problem>> {
  const { id, name, tenant_id } = group;
  const effect = `${name} gets ${to} members in place of ${from}.`;
  const needed = {
    operation: 'vm_group.scale',
    about: { tenant_id, subject_kind: 'autonomous_decision', subject_id: id, subject_name: name },
    subject: decisionSubject(deps),
    action: `scale to ${to}`,
    mode: 'request',
    digestOf: () => digestOf({ id: group.id, size: from }, to),
    describe: async () => ({
      message: `Scale ${name} from ${from} to ${to} members, as a model decided?`,
      details: { size_from: from, size_to: to },
      excluded: [],
      effects: [effect],
      shown: {},
    }),
    refuse: (pending: { readonly id: string } | undefined) =>
      problem('forbidden', {
        detail: `${effect} A person must approve it, as the group is critical.`,
        remedy: `Approve it: novacron approval approve ${pending?.id ?? 'ID'}.`,
        data: { ...(pending === undefined ? {} : { approval_id: pending.id }) },
      }),
  } as const;
  return requireApproval(deps, needed, context);
}
