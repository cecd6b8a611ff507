/** Reads tenants: operators of NovaCron see all of them, other callers their own. */

import type { Tenant } from '@novacron/contract/access/tenant';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { toTenant } from './answer-tenant.ts';
import { findOwnTenant, runsPlatform } from './tenant-access.ts';

/** Shows one tenant. Problems: `not-found`, also for another one than the caller's. */
export async function getTenant(
  deps: AccessDeps,
  id: string,
  { principal }: CallContext,
): Promise<Result<Tenant, Problem>> {
  const own = await findOwnTenant(deps.store, principal);
  if (id !== principal.tenantId && !runsPlatform(own, principal))
    return err(notFound('tenant', id));
  const { tenants, quotas } = await deps.store.snapshot({
    tenants: { from: 'tenants', where: { id } },
    quotas: { from: 'tenant_quotas', where: { id } },
  });
  const [row] = tenants;
  return row === undefined ? err(notFound('tenant', id)) : ok(toTenant(row, quotas[0]));
}

/** Lists tenants in the order of their creation. */
export async function listTenants(
  deps: AccessDeps,
  input: ParsedInputOf<'tenant.list'>,
  { principal }: CallContext,
): Promise<Result<Page<Tenant>, Problem>> {
  const own = await findOwnTenant(deps.store, principal);
  const where = runsPlatform(own, principal) ? {} : { id: principal.tenantId };
  const source = { operation: 'tenant.list', from: 'tenants', where } as const;
  const page = await readList(deps, source, input);
  if (!page.ok) return page;
  const ids = page.value.items.map(({ id }) => id);
  const quotas = await deps.store.read({ from: 'tenant_quotas', where: { id: { in: ids } } });
  const counted = new Map(quotas.map((quota) => [quota.id, quota]));
  return ok(mapPage(page.value, (row) => toTenant(row, counted.get(row.id))));
}
