import type { TenantId } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { runsPlatform } from './tenant-access.ts';

/** The tenant that a call is about. */
export interface TargetTenant {
  readonly id: TenantId;
  /** Whether it is another one than the caller's. */
  readonly isOther: boolean;
}

/**
 * Finds the tenant that a call is about: the caller's own unless another one is named, which only
 * callers who see and change all tenants may do.
 * @param named - its id or its name
 * @returns problems: `not-found`, also for a tenant that the caller may not see
 */
export async function findTargetTenant(
  { store }: Pick<AccessDeps, 'store'>,
  principal: Principal,
  named: string | undefined,
): Promise<Result<TargetTenant, Problem>> {
  if (named === undefined) return ok({ id: principal.tenantId, isOther: false });
  const { own, byId, byName } = await store.snapshot({
    own: { from: 'tenants', where: { id: principal.tenantId } },
    byId: { from: 'tenants', where: { id: named } },
    byName: { from: 'tenants', where: { name: named } },
  });
  // Ids first: a tenant cannot take the id of another as its name.
  const row = byId[0] ?? byName[0];
  const isOther = row?.id !== principal.tenantId;
  if (row === undefined || (isOther && !runsPlatform(own[0], principal))) {
    return err({ ...notFound('tenant', named), fields: [NO_SUCH_TENANT] });
  }
  // The store's own id, parsed before it was written.
  return ok({ id: row.id as TenantId, isOther });
}

const NO_SUCH_TENANT = { path: ['tenant'], message: 'is not the id or name of a tenant' };
