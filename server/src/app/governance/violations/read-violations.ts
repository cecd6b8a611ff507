/** Shows existing resources that violate policies. */

import { PolicyViolation } from '@novacron/contract/kinds/policy/policy-violation';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PolicyViolationRow } from '../../../ports/tables/policy/policy-violation-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Lists violations of the caller's tenant in the order in which they were first found. */
export async function listPolicyViolations(
  deps: CapabilityDeps,
  input: ParsedInputOf<'policy_violation.list'>,
  { principal }: CallContext,
): Promise<Result<Page<PolicyViolation>, Problem>> {
  const source = {
    operation: 'policy_violation.list',
    from: 'policy_violations',
    where: { tenant_id: principal.tenantId },
    columns: { policy: 'policy_name' },
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toViolation)) : page;
}

/** Shows one violation; another tenant's does not exist. */
export async function getPolicyViolation(
  { store }: CapabilityDeps,
  { id }: ParsedInputOf<'policy_violation.get'>,
  { principal }: CallContext,
): Promise<Result<PolicyViolation, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'policy_violations', where });
  return row === undefined ? err(notFound('policy violation', id)) : ok(toViolation(row));
}

function toViolation(row: PolicyViolationRow): PolicyViolation {
  return PolicyViolation.parse({
    id: row.id,
    state: row.state,
    policy_id: row.policy_id,
    policy: row.policy_name,
    policy_version: row.policy_version,
    mode: row.mode,
    resource_kind: row.resource_kind,
    resource_id: row.resource_id,
    resource_name: row.resource_name,
    reasons: JSON.parse(row.reasons_json),
    waiver_id: row.waiver_id,
    opened_at: toTimestamp(row.opened_at_ms),
    changed_at: toTimestamp(row.changed_at_ms),
    resolved_at: row.resolved_at_ms === null ? null : toTimestamp(row.resolved_at_ms),
  });
}
