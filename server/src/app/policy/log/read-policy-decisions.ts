/** Reads the log of decisions. */

import { PolicyDecisionRecord } from '@novacron/contract/kinds/policy/policy-decision';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PolicyDecisionRow } from '../../../ports/tables/policy/policy-decision-row.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { PolicyDeps } from '../deps.ts';

/** Lists decisions of the caller's tenant, latest first. */
export async function listPolicyDecisions(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_decision.list'>,
  { principal }: CallContext,
): Promise<Result<Page<PolicyDecisionRecord>, Problem>> {
  const { outcome } = input;
  const source = {
    operation: 'policy_decision.list',
    from: 'policy_decisions',
    where: {
      tenant_id: principal.tenantId,
      ...(outcome === undefined ? {} : { allowed: outcome === 'allowed' ? 1 : 0 }),
    },
    handled: ['outcome'],
    idPrefix: 'pdec',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toRecord)) : page;
}

/** Shows one decision; another tenant's does not exist. */
export async function getPolicyDecision(
  { store }: PolicyDeps,
  { id }: ParsedInputOf<'policy_decision.get'>,
  { principal }: CallContext,
): Promise<Result<PolicyDecisionRecord, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'policy_decisions', where });
  return row === undefined ? err(notFound('policy decision', id)) : ok(toRecord(row));
}

function toRecord({ id, at_ms, allowed, record_json }: PolicyDecisionRow): PolicyDecisionRecord {
  return PolicyDecisionRecord.parse({
    id,
    at: toTimestamp(at_ms),
    allowed: allowed === 1,
    ...JSON.parse(record_json),
  });
}
