/** Creates and deletes policy waivers. */

import type { CheckSeverity } from '@novacron/contract/compliance/compliance';
import { readDeadline } from '@novacron/contract/formats/read-moment';
import { PolicyWaiverId } from '@novacron/contract/ids';
import {
  type PolicyWaiver,
  WAIVER_RENEWALS_MAX,
} from '@novacron/contract/kinds/policy/policy-violation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { explainCheck, explainKinds } from '@novacron/engine/compliance/explain-check';
import type { Change } from '../../../ports/store.ts';
import type { PolicyWaiverRow } from '../../../ports/tables/policy/policy-violation-rows.ts';
import { endApproval, insertApproval } from '../../access/approvals/approval-changes.ts';
import { voided } from '../../access/approvals/use-approval.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { refuseEnd } from '../../kernel/write/refuse-end.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { PolicyDeps } from '../deps.ts';
import {
  type EarlierWaivers,
  findWaivedId,
  planWaiverApproval,
  readEarlier,
} from './waiver-subject.ts';
import { findWaiver, getPolicyWaiver, toWaiver, waiverFields } from './waivers.ts';

/** A longer exception is a rule. */
const WAIVER = { what: 'The waiver', field: 'expires_at' } as const;

const DAYS_MAX = 365;
const CRITICAL_DAYS_MAX = 90;

/** Creates a waiver. Problems: `not-found`, `validation-failed`, `policy-denied`. */
export async function createPolicyWaiver(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_waiver.create'>,
  context: CallContext,
): Promise<Result<{ readonly resource: PolicyWaiver }, Problem>> {
  const show = async (id: string) => {
    const found = await getPolicyWaiver(deps, { id: PolicyWaiverId.parse(id) }, context);
    return found.ok ? ok({ resource: found.value }) : found;
  };
  const check = () => checkPolicyWaiverCreate(deps, input, context);
  const name = 'policy_waiver.create';
  return admitObject(deps, context, { name, check, keyed: { input, show } });
}

/** Checks the creation of a waiver. */
export async function checkPolicyWaiverCreate(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_waiver.create'>,
  context: CallContext,
): CheckedObject<{ readonly resource: PolicyWaiver }> {
  const waived = await findWaived(deps, input, context);
  if (!waived.ok) return waived;
  const nowMs = deps.clock.nowMs();
  const { policyId, policyName, severity } = waived.value;
  const draft: PolicyWaiverRow = {
    id: deps.ids.next('pwv'),
    tenant_id: context.principal.tenantId,
    policy_id: policyId,
    policy_name: policyName,
    resource_kind: input.resource_kind,
    resource_name: input.resource_name,
    owner_name: input.owner,
    reason: input.reason,
    compensating_control: input.compensating_control ?? null,
    waived_until_ms: 0,
    ends_at_ms: readDeadline(input.expires_at, nowMs) ?? nowMs,
    approval_id: null,
    approved_by: null,
    first_granted_at_ms: null,
    renewals: null,
    withdrawn_at_ms: null,
    waived_id: null,
    created_at_ms: nowMs,
    waived_by: context.principal.name,
  };
  const about = { ...draft, waived_id: await findWaivedId(deps, draft) };
  const earlier = await readEarlier(deps, about);
  const approval = await planWaiverApproval(deps, about, earlier, context);
  const row = { ...about, approval_id: approval.id };
  const added: Change = {
    kind: 'insert',
    into: 'policy_waivers',
    row,
    otherwise: replan('The waiver'),
  };
  return ok({
    operation: 'policy_waiver.create',
    resourceKind: 'policy_waiver',
    target: { id: row.id, name: row.policy_name },
    before: null,
    wanted: waiverFields(row),
    found: refuseWaiver(row, { severity, earlier, nowMs }),
    changes: [added, ...insertApproval(deps, approval)],
    answer: { resource: toWaiver(row, nowMs) },
  });
}

interface Waived {
  readonly policyId: string;
  readonly policyName: string;
  /** Of a check. */
  readonly severity: CheckSeverity | undefined;
}

async function findWaived(
  { store }: PolicyDeps,
  { policy_id, check, resource_kind: kind }: ParsedInputOf<'policy_waiver.create'>,
  { principal: { tenantId } }: CallContext,
): Promise<Result<Waived, Problem>> {
  if (policy_id !== undefined) {
    const policy = await findResource(store, 'policy', { tenantId, id: policy_id });
    if (!policy.ok) return policy;
    if (!ResourceKind.safeParse(kind).success) {
      return err(refuse('resource_kind', `Policies do not decide about the kind ${kind}.`));
    }
    return ok({ policyId: policy.value.id, policyName: policy.value.name, severity: undefined });
  }
  const id = check ?? '';
  const found = explainCheck(id);
  if (found === undefined) return err(refuse('check', `There is no check ${id}.`));
  const kinds: readonly string[] = explainKinds(id);
  if (!kinds.includes(kind)) {
    const judged = kinds.join(', ');
    return err(refuse('resource_kind', `${id} judges the kinds ${judged}, and not ${kind}.`));
  }
  return ok({ policyId: id, policyName: found.title, severity: found.severity });
}

/** The first rule for waivers that one breaks. */
function refuseWaiver(
  { policy_id, resource_name, compensating_control, ends_at_ms }: PolicyWaiverRow,
  {
    severity,
    earlier,
    nowMs,
  }: Pick<Waived, 'severity'> & { readonly earlier: EarlierWaivers; readonly nowMs: number },
): Problem | undefined {
  const isCritical = severity === 'critical';
  const end = refuseEnd(
    {
      ...WAIVER,
      endMs: ends_at_ms ?? nowMs,
      daysMax: isCritical ? CRITICAL_DAYS_MAX : DAYS_MAX,
      instead:
        severity === undefined
          ? 'a permanent exception belongs in the policy'
          : 'what is accepted for longer is approved again',
    },
    nowMs,
  );
  if (end !== undefined) return end;
  if ((isCritical || severity === 'high') && compensating_control === null) {
    return refuse(
      'compensating_control',
      `${policy_id} is ${severity}: name the compensating control, which limits the risk instead.`,
    );
  }
  const { pending, renewals } = earlier;
  if (pending !== undefined) {
    const { id, approval_id: approval } = pending;
    return refuse(
      'resource_name',
      `${id} asks for the same waiver: approve or deny ${approval}, or delete ${id} first.`,
    );
  }
  if (renewals <= WAIVER_RENEWALS_MAX) return undefined;
  return refuse(
    'resource_name',
    `${policy_id} has been waived ${renewals} times for ${resource_name}, and at most ` +
      `${WAIVER_RENEWALS_MAX} renewals are allowed: fix what it is about.`,
  );
}

function refuse(field: string, detail: string): Problem {
  return problem('validation-failed', {
    detail,
    remedy: 'Correct the request: novacron policy-waiver create --help shows an example.',
    fields: [{ path: [field], message: detail }],
  });
}

/** Deletes a waiver. Problems: `not-found`, `policy-denied`. */
export function deletePolicyWaiver(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_waiver.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = () => checkPolicyWaiverDelete(deps, input, context);
  return admitObject(deps, context, { name: 'policy_waiver.delete', check });
}

/** Checks the deletion of a waiver. */
export async function checkPolicyWaiverDelete(
  deps: PolicyDeps,
  { id }: ParsedInputOf<'policy_waiver.delete'>,
  context: CallContext,
): CheckedObject<Record<string, never>> {
  const found = await findWaiver(deps, id, context);
  if (!found.ok) return found;
  return ok({
    operation: 'policy_waiver.delete',
    resourceKind: 'policy_waiver',
    target: { id, name: found.value.policy_name },
    before: waiverFields(found.value),
    wanted: null,
    changes: await endOf(deps, found.value),
    answer: {},
  });
}

/** A waiver that was granted stays in the store, so that its age counts for the next one. */
async function endOf(
  deps: PolicyDeps,
  { id, tenant_id, approval_id, waived_until_ms: until }: PolicyWaiverRow,
): Promise<readonly Change[]> {
  if (until === 0) {
    const where = { id: approval_id ?? '', tenant_id, status: 'pending' } as const;
    const pending = await deps.store.read({ from: 'approvals', where });
    return [
      { kind: 'drop', from: 'policy_waivers', id },
      ...pending.flatMap(
        (row) => endApproval(deps, row, voided(row, 'its waiver was deleted')).changes,
      ),
    ];
  }
  const nowMs = deps.clock.nowMs();
  return [
    {
      kind: 'update',
      table: 'policy_waivers',
      id,
      set: { waived_until_ms: Math.min(until, nowMs), withdrawn_at_ms: nowMs },
      expect: { waived_until_ms: until },
      otherwise: replan('The waiver'),
    },
  ];
}
