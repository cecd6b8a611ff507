/** Creates and deletes policy waivers. */

import { readDeadline } from '@novacron/contract/formats/read-moment';
import { PolicyWaiverId } from '@novacron/contract/ids';
import type { PolicyWaiver } from '@novacron/contract/kinds/policy/policy-violation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { PolicyWaiverRow } from '../../../ports/tables/policy/policy-violation-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { refuseEnd } from '../../kernel/write/refuse-end.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { PolicyDeps } from '../deps.ts';
import { findWaiver, getPolicyWaiver, toWaiver, waiverFields } from './waivers.ts';

/** A longer exception is a rule. */
const WAIVER = {
  what: 'The waiver',
  daysMax: 366,
  field: 'expires_at',
  instead: 'a permanent exception belongs in the policy',
} as const;

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
  const { tenantId, name: by } = context.principal;
  const policy = await findResource(deps.store, 'policy', { tenantId, id: input.policy_id });
  if (!policy.ok) return policy;
  const nowMs = deps.clock.nowMs();
  const row: PolicyWaiverRow = {
    id: deps.ids.next('pwv'),
    tenant_id: tenantId,
    policy_id: policy.value.id,
    policy_name: policy.value.name,
    resource_kind: input.resource_kind,
    resource_name: input.resource_name,
    owner_name: input.owner,
    reason: input.reason,
    waived_until_ms: readDeadline(input.expires_at, nowMs) ?? nowMs,
    created_at_ms: nowMs,
    waived_by: by,
  };
  return ok({
    operation: 'policy_waiver.create',
    resourceKind: 'policy_waiver',
    target: { id: row.id, name: row.policy_name },
    before: null,
    wanted: waiverFields(row),
    found: refuseEnd({ ...WAIVER, endMs: row.waived_until_ms }, nowMs),
    changes: [{ kind: 'insert', into: 'policy_waivers', row, otherwise: replan('The waiver') }],
    answer: { resource: toWaiver(row, nowMs) },
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
    changes: [{ kind: 'drop', from: 'policy_waivers', id }],
    answer: {},
  });
}
