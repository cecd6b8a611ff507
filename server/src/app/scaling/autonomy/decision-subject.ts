/** Decisions about critical groups as subjects of approvals: the next decision uses the vote. */
import { hash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import type { ApprovalSubject } from '../../access/approvals/approval-subjects.ts';
import { actionOf, requireApproval } from '../../access/approvals/require-approval.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** What was decided for a group. */
interface DecidedChange {
  readonly group: Pick<VmGroupRow, 'id' | 'name' | 'tenant_id'>;
  readonly action: string;
  /** Sizes; equal where members are moved. */
  readonly from: number;
  readonly to: number;
  /** Number of members that are moved. */
  readonly moves: number;
}

/** Behavior of decisions. The subject is the group, which has one question at a time. */
export function decisionSubject({ store }: Pick<CapabilityDeps, 'store'>): ApprovalSubject {
  return {
    right: () => 'vm_group.scale',
    digestNow: async (row) => {
      const where = { id: row.subject_id, tenant_id: row.tenant_id };
      const [group] = await store.read({ from: 'vm_groups', where, damaged: 'blank' });
      return group && digestOf(group, actionOf(row));
    },
    decide: async () => ({ changes: [], after: async () => undefined }),
  };
}

/** An approval is for one change of the group as it is. */
function digestOf({ id, size }: Pick<VmGroupRow, 'id' | 'size'>, action: string): string {
  return hash('sha256', canonicalJson({ id, size, action }), 'hex');
}

/**
 * Checks whether a decision has its approval, and requests it.
 * @returns what was requested; undefined if the decision may be carried out
 */
export function requireDecisionApproval(
  deps: CapabilityDeps,
  { group, action, from, to, moves }: DecidedChange,
  context: CallContext,
): Promise<Problem | undefined> {
  const { id, name, tenant_id } = group;
  const isMove = moves > 0;
  const members = moves === 1 ? '1 member moves' : `${moves} members move`;
  const effect = isMove
    ? `${members} between the nodes of ${name}.`
    : `${name} gets ${to} members in place of ${from}.`;
  const about = isMove ? action : `scale to ${to}`;
  const change = isMove ? `Move ${moves} of ${name}` : `Scale ${name} from ${from} to ${to}`;
  const needed = {
    operation: 'vm_group.scale',
    about: { tenant_id, subject_kind: 'autonomous_decision', subject_id: id, subject_name: name },
    subject: decisionSubject(deps),
    action: about,
    mode: 'request',
    digestOf: () => digestOf({ id: group.id, size: from }, about),
    describe: async () => ({
      message: `${change} members, as a model decided?`,
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
