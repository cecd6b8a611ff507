/** Lists policies. */
import { Policy } from '@novacron/contract/kinds/policy/policy';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import type { ListInput } from '../../kernel/lists/read-list.ts';
import { listResources } from '../../kernel/resource-rows/read-resources.ts';
import { toAnswer } from '../../rows/answer-resource.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { KIND_WHERE, type RowOf } from '../../rows/resource-tables.ts';
import type { ResourceDeps } from '../deps.ts';

type Sealed = Pick<ParsedInputOf<'policy.list'>, 'type' | 'enforcement_mode' | 'enabled'>;

/**
 * Lists the policies of the caller's tenant. Type and mode are sealed in the store: a list that is
 * narrowed by them reads all policies of the tenant, of which its quota bounds the number.
 */
export async function listPolicies(
  deps: ResourceDeps,
  input: ListInput & Partial<Sealed>,
  context: CallContext,
): Promise<Result<Page<Policy>, Problem>> {
  const { type, enforcement_mode, enabled } = input;
  if ((type ?? enforcement_mode ?? enabled) === undefined) {
    return listResources(deps, 'policy', input, context, toPolicy);
  }
  const where = { ...KIND_WHERE.policy, tenant_id: context.principal.tenantId };
  const rows = await deps.store.read({ from: 'orchestration_policies', where, damaged: 'blank' });
  const nowMs = deps.clock.nowMs();
  const { items, damaged } = mapPage({ items: rows, next_cursor: null }, toPolicy);
  const page = listItems({ operation: 'policy.list', input, nowMs }, items);
  if (!page.ok || damaged === undefined) return page;
  return ok({ ...page.value, damaged });
}

function toPolicy(row: RowOf<'policy'>): Policy {
  return Policy.parse(toAnswer(row));
}
