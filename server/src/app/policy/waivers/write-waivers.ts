/** Creates and deletes policy waivers. */

import { readDeadline } from '@novacron/contract/formats/read-moment';
import { PolicyWaiverId } from '@novacron/contract/ids';
import type { PolicyWaiver } from '@novacron/contract/kinds/policy/policy-violation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PolicyWaiverRow } from '../../../ports/tables/policy-violation-rows.ts';
import { createOnce, type KeyChanges } from '../../kernel/admission/create-once.ts';
import { auditWrite, refuseByPolicy } from '../../kernel/admission/refuse-write.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { replan } from '../../rows/replan.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { PolicyDeps } from '../deps.ts';
import { findWaiver, getPolicyWaiver, toWaiver, waiverFields } from './waivers.ts';

/** A longer exception is a rule: it belongs into the policy. */
const WAIVER_MS_MAX = 366 * 86_400_000;

/** Creates a waiver. Problems: `not-found`, `validation-failed`, `policy-denied`. */
export async function createPolicyWaiver(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_waiver.create'>,
  context: CallContext,
): Promise<Result<{ readonly resource: PolicyWaiver }, Problem>> {
  return createOnce(deps, context, {
    name: 'policy_waiver.create',
    kind: 'policy_waiver',
    input,
    create: (keyChanges) => tryToCreate(deps, input, context, keyChanges),
    show: async (id) => {
      const found = await getPolicyWaiver(deps, { id: PolicyWaiverId.parse(id) }, context);
      return found.ok ? ok({ resource: found.value }) : found;
    },
  });
}

async function tryToCreate(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_waiver.create'>,
  context: CallContext,
  keyChanges: KeyChanges,
): Promise<Result<{ readonly resource: PolicyWaiver }, Problem>> {
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
  const write = {
    operation: 'policy_waiver.create',
    resourceKind: 'policy_waiver',
    target: { id: row.id, name: row.policy_name },
  } as const;
  const wanted = waiverFields(row);
  const untimely = checkEnd(row, nowMs);
  if (untimely !== undefined) {
    await auditWrite(deps, context, write, untimely);
    return err(untimely);
  }
  const refusal = await refuseByPolicy(deps, context, { ...write, before: null, wanted });
  if (refusal !== undefined) return err(refusal);
  const otherwise = replan('The waiver');
  const done = await deps.store.commit([
    ...keyChanges(write.target),
    { kind: 'insert', into: 'policy_waivers', row, otherwise },
    auditChange(deps, context, { ...write, outcome: 'done', changes: changedFields(null, wanted) }),
  ]);
  return done.ok ? ok({ resource: toWaiver(row, nowMs) }) : done;
}

/** Deletes a waiver. Problems: `not-found`, `policy-denied`. */
export async function deletePolicyWaiver(
  deps: PolicyDeps,
  { id }: ParsedInputOf<'policy_waiver.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const found = await findWaiver(deps, id, context);
  if (!found.ok) return found;
  const before = waiverFields(found.value);
  const write = {
    operation: 'policy_waiver.delete',
    resourceKind: 'policy_waiver',
    target: { id, name: found.value.policy_name },
  } as const;
  const refusal = await refuseByPolicy(deps, context, { ...write, before, wanted: null });
  if (refusal !== undefined) return err(refusal);
  const done = await deps.store.commit([
    { kind: 'drop', from: 'policy_waivers', id },
    auditChange(deps, context, { ...write, outcome: 'done', changes: changedFields(before, null) }),
  ]);
  return done.ok ? ok({}) : done;
}

function checkEnd({ waived_until_ms: endMs }: PolicyWaiverRow, nowMs: number): Problem | undefined {
  if (endMs > nowMs && endMs <= nowMs + WAIVER_MS_MAX) return undefined;
  const message = endMs > nowMs ? 'is more than 366 days ahead' : 'is in the past';
  return problem('validation-failed', {
    detail: `The waiver ends ${toTimestamp(endMs)}, which ${message}.`,
    remedy: 'Set a time within the next 366 days; a permanent exception belongs in the policy.',
    fields: [{ path: ['expires_at'], message }],
  });
}
