/** Policy waivers: reads them for decisions and for answers. */

import { PolicyId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import { PolicyWaiver } from '@novacron/contract/kinds/policy/policy-violation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { WaiverInQuestion } from '@novacron/engine/policy/model/waiver';
import type { Store, Where } from '../../../ports/store.ts';
import type { PolicyWaiverRow } from '../../../ports/tables/policy/policy-violation-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { PolicyDeps } from '../deps.ts';

/** Waivers of a tenant, for one resource where its name is given. */
export async function readWaivers(
  store: Store,
  about: { readonly tenantId: string; readonly resourceName?: string },
): Promise<readonly WaiverInQuestion[]> {
  const { tenantId, resourceName } = about;
  const name = resourceName === undefined ? {} : { resource_name: resourceName };
  const rows = await store.read({
    from: 'policy_waivers',
    where: { tenant_id: tenantId, ...name },
  });
  return rows.map((row) => ({
    id: row.id,
    policyId: row.policy_id,
    resourceKind: row.resource_kind,
    resourceName: row.resource_name,
    owner: row.owner_name,
    expiresAtMs: row.waived_until_ms,
  }));
}

/** Whether a tenant has any waivers. */
export async function hasWaivers(store: Store, tenantId: string): Promise<boolean> {
  const rows = await store.read({
    from: 'policy_waivers',
    where: { tenant_id: tenantId },
    limit: 1,
  });
  return rows.length > 0;
}

/** Finds a waiver of the tenant; another tenant's is not found. */
export async function findWaiver(
  { store }: PolicyDeps,
  id: string,
  { principal }: CallContext,
): Promise<Result<PolicyWaiverRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId, withdrawn_at_ms: null };
  const [row] = await store.read({ from: 'policy_waivers', where });
  return row === undefined ? err(notFound('policy waiver', id)) : ok(row);
}

/** Shows one waiver. */
export async function getPolicyWaiver(
  deps: PolicyDeps,
  { id }: ParsedInputOf<'policy_waiver.get'>,
  context: CallContext,
): Promise<Result<PolicyWaiver, Problem>> {
  const found = await findWaiver(deps, id, context);
  return found.ok ? ok(toWaiver(found.value, deps.clock.nowMs())) : found;
}

/** Lists waivers in the order of their creation. */
export async function listPolicyWaivers(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_waiver.list'>,
  { principal }: CallContext,
): Promise<Result<Page<PolicyWaiver>, Problem>> {
  const nowMs = deps.clock.nowMs();
  const source = {
    operation: 'policy_waiver.list',
    from: 'policy_waivers',
    where: {
      tenant_id: principal.tenantId,
      withdrawn_at_ms: null,
      ...stateWhere(input.state, nowMs),
    },
    handled: ['state'],
    columns: { policy: 'policy_name', check: 'policy_id' },
    idPrefix: 'pwv',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, (row) => toWaiver(row, nowMs))) : page;
}

/** Waivers in a state, which follows from the time until which they apply. */
function stateWhere(
  state: ParsedInputOf<'policy_waiver.list'>['state'],
  nowMs: number,
): Where<'policy_waivers'> {
  switch (state) {
    case undefined:
      return {};
    case 'pending':
      return { waived_until_ms: 0 };
    case 'active':
      return { waived_until_ms: { above: nowMs } };
    case 'expired':
      return { waived_until_ms: { from: 1, until: nowMs + 1 } };
  }
}

/** The fields of a waiver, as answers and the audit log carry them. */
export function waiverFields(row: PolicyWaiverRow): JsonObject {
  const isOfCheck = !PolicyId.safeParse(row.policy_id).success;
  return {
    policy_id: isOfCheck ? null : row.policy_id,
    check: isOfCheck ? row.policy_id : null,
    policy: row.policy_name,
    resource_kind: row.resource_kind,
    resource_name: row.resource_name,
    owner: row.owner_name,
    reason: row.reason,
    compensating_control: row.compensating_control,
    expires_at: toTimestamp(row.ends_at_ms ?? row.waived_until_ms),
  };
}

/** A waiver as answers carry it. */
export function toWaiver(row: PolicyWaiverRow, nowMs: number): PolicyWaiver {
  const { waived_until_ms: untilMs, first_granted_at_ms: firstMs } = row;
  const granted = untilMs > nowMs ? 'active' : 'expired';
  return PolicyWaiver.parse({
    id: row.id,
    ...waiverFields(row),
    state: untilMs === 0 ? 'pending' : granted,
    approval_id: row.approval_id,
    approved_by: row.approved_by,
    renewals: row.renewals ?? 0,
    first_granted_at: firstMs === null ? null : toTimestamp(firstMs),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.waived_by,
  });
}
