/** Waivers as subjects of approvals: one has no effect until another person approves it. */
import { hash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import { WAIVER_RENEWALS_MAX } from '@novacron/contract/kinds/policy/policy-violation';
import { explainCheck } from '@novacron/engine/compliance/explain-check';
import type { Change } from '../../../ports/store.ts';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { PolicyWaiverRow } from '../../../ports/tables/policy/policy-violation-rows.ts';
import { newApproval } from '../../access/approvals/approval-changes.ts';
import type { ApprovalSubject } from '../../access/approvals/approval-subjects.ts';
import { personOf } from '../../access/identity/person-of.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { PolicyDeps } from '../deps.ts';

/** What was granted before for the same policy or check and resource. */
export interface EarlierWaivers {
  readonly pending: PolicyWaiverRow | undefined;
  readonly renewals: number;
  readonly firstGrantedAtMs: number | undefined;
}

/**
 * Reads the other waivers of the same policy or check and resource, by its name and by its id,
 * deleted ones included.
 */
export async function readEarlier(
  { store, clock }: Pick<PolicyDeps, 'store' | 'clock'>,
  row: PolicyWaiverRow,
): Promise<EarlierWaivers> {
  const { tenant_id, policy_id, resource_kind, resource_name, waived_id } = row;
  const where = { tenant_id, policy_id, resource_kind };
  const rows = await store.read({ from: 'policy_waivers', where });
  const others = rows.filter(
    (each) =>
      each.id !== row.id &&
      (each.resource_name === resource_name ||
        (waived_id !== null && each.waived_id === waived_id)),
  );
  const granted = others.filter(({ waived_until_ms: until }) => until > 0);
  const times = granted.map((each) => each.first_granted_at_ms ?? each.created_at_ms);
  return {
    // One that was not approved before its end cannot be approved any more.
    pending: others.find(
      ({ waived_until_ms: until, ends_at_ms: endMs }) =>
        until === 0 && (endMs ?? 0) > clock.nowMs(),
    ),
    renewals: granted.length,
    firstGrantedAtMs: times.length === 0 ? undefined : Math.min(...times),
  };
}

/** The subject that fails a check now; null if none of the name does, and for policies. */
export async function findWaivedId(
  { store }: Pick<PolicyDeps, 'store'>,
  row: PolicyWaiverRow,
): Promise<string | null> {
  const where = {
    tenant_id: row.tenant_id,
    check_id: row.policy_id,
    subject_kind: row.resource_kind,
    subject_name: row.resource_name,
    state: { in: ['open', 'waived'] },
  };
  const [finding] = await store.read({ from: 'compliance_findings', where, limit: 1 });
  return finding?.subject_id ?? null;
}

/** The approval that a new waiver needs. It can be given until the waiver would end. */
export async function planWaiverApproval(
  deps: PolicyDeps,
  row: PolicyWaiverRow,
  earlier: EarlierWaivers,
  context: CallContext,
): Promise<ApprovalRow> {
  const person = await personOf(deps, context.principal);
  const { policy_id, policy_name, resource_kind, resource_name, reason } = row;
  const severity = explainCheck(policy_id)?.severity;
  const endMs = row.ends_at_ms ?? 0;
  return newApproval(deps, {
    tenant_id: row.tenant_id,
    subject_kind: 'policy_waiver',
    subject_id: row.id,
    // As in the request: a policy that denies the name of the resource would deny the vote, too.
    subject_name: policy_name,
    operation_id: null,
    question: `policy_waiver/${row.id}`,
    kind: 'approval',
    required: 1,
    message: `Waive ${policy_name} for ${resource_name}?`,
    details: {
      resource_kind,
      resource_name,
      ...(severity === undefined ? { policy_id } : { check: policy_id }),
    },
    subject: {
      approvers: null,
      excluded: [person],
      requester: person,
      effects: explainWaiver(row, earlier),
      shown: { reason, owner: row.owner_name, ...(severity && { severity }) },
    },
    digest: digestOf(row, earlier),
    created_by: context.principal.name,
    validMs: Math.max(endMs - deps.clock.nowMs(), 0),
  });
}

function explainWaiver(row: PolicyWaiverRow, earlier: EarlierWaivers): readonly string[] {
  const { policy_name, resource_kind, resource_name, ends_at_ms, compensating_control } = row;
  const until = toTimestamp(ends_at_ms ?? 0);
  const { renewals, firstGrantedAtMs } = earlier;
  return [
    `${policy_name} does not apply to ${resource_kind} ${resource_name} until ${until}.`,
    `Compensating control: ${compensating_control ?? 'none'}.`,
    ...(firstGrantedAtMs === undefined
      ? []
      : [
          `Renewal ${renewals} of at most ${WAIVER_RENEWALS_MAX}; first granted at ` +
            `${toTimestamp(firstGrantedAtMs)}.`,
        ]),
  ];
}

/** Digest of all that a voter sees; a change of the severity of the check is one, too. */
function digestOf(row: PolicyWaiverRow, { renewals }: EarlierWaivers): string {
  const { id, policy_id, resource_kind, resource_name, owner_name, reason } = row;
  const { compensating_control, ends_at_ms } = row;
  const severity = explainCheck(policy_id)?.severity ?? null;
  const seen = { id, policy_id, resource_kind, resource_name, owner_name, reason };
  const more = { compensating_control, ends_at_ms, renewals, severity };
  return hash('sha256', canonicalJson({ ...seen, ...more }), 'hex');
}

/** Behavior of waivers: the vote that approves one gives it its effect, a denial deletes it. */
export function waiverSubject(deps: PolicyDeps): ApprovalSubject {
  const findPending = async ({ subject_id: id, tenant_id }: ApprovalRow) => {
    const where = { id, tenant_id, waived_until_ms: 0 };
    return (await deps.store.read({ from: 'policy_waivers', where }))[0];
  };
  return {
    right: () => 'policy_waiver.create',
    digestNow: async (approval) => {
      const row = await findPending(approval);
      return row && digestOf(row, await readEarlier(deps, row));
    },
    decide: async (approval, { vote, person }) => {
      const row = await findPending(approval);
      if (row === undefined) return undefined;
      const changes: readonly Change[] =
        vote === 'deny'
          ? [{ kind: 'drop', from: 'policy_waivers', id: row.id }]
          : await grant(deps, row, person);
      return { changes, after: async () => undefined };
    },
  };
}

async function grant(
  deps: PolicyDeps,
  row: PolicyWaiverRow,
  person: string,
): Promise<readonly Change[]> {
  const { renewals, firstGrantedAtMs } = await readEarlier(deps, row);
  return [
    {
      kind: 'update',
      table: 'policy_waivers',
      id: row.id,
      set: {
        waived_until_ms: row.ends_at_ms ?? 0,
        approved_by: person,
        waived_id: row.waived_id ?? (await findWaivedId(deps, row)),
        renewals,
        first_granted_at_ms: firstGrantedAtMs ?? deps.clock.nowMs(),
      },
      expect: { waived_until_ms: 0 },
      otherwise: replan('The waiver'),
    },
    eventChange(deps, {
      tenantId: row.tenant_id,
      type: 'policy_waiver.approved',
      source: 'approvals',
      target: row.id,
      priority: 'normal',
      data: { policy: row.policy_name, name: row.resource_name, approved_by: person },
    }),
  ];
}
