/** Policy waivers: reads them for decisions and for answers. */

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
  const where = { id, tenant_id: principal.tenantId };
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
    where: { tenant_id: principal.tenantId, ...stateWhere(input.state, nowMs) },
    handled: ['state'],
    columns: { policy: 'policy_name' },
    idPrefix: 'pwv',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, (row) => toWaiver(row, nowMs))) : page;
}

/** Waivers in some states, which follow from the time until which they hold. */
function stateWhere(
  states: ParsedInputOf<'policy_waiver.list'>['state'],
  nowMs: number,
): Where<'policy_waivers'> {
  const [state, other] = [...new Set(states)];
  if (state === undefined || other !== undefined) return {};
  return { waived_until_ms: state === 'active' ? { above: nowMs } : { until: nowMs + 1 } };
}

/** The fields of a waiver, as answers and the audit log carry them. */
export function waiverFields(row: PolicyWaiverRow): JsonObject {
  return {
    policy_id: row.policy_id,
    policy: row.policy_name,
    resource_kind: row.resource_kind,
    resource_name: row.resource_name,
    owner: row.owner_name,
    reason: row.reason,
    expires_at: toTimestamp(row.waived_until_ms),
  };
}

/** A waiver as answers carry it. */
export function toWaiver(row: PolicyWaiverRow, nowMs: number): PolicyWaiver {
  return PolicyWaiver.parse({
    id: row.id,
    ...waiverFields(row),
    state: row.waived_until_ms > nowMs ? 'active' : 'expired',
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.waived_by,
  });
}
