/** Reads roles: the built-in ones, then those that the tenant created. */

import type { CustomRole } from '@novacron/contract/access/role';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import type { Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { builtInRoles, toCustomRole } from './answer-role.ts';

/** Shows one role. */
export async function getRole(
  { store }: AccessDeps,
  id: string,
  { principal: { tenantId } }: CallContext,
): Promise<Result<CustomRole, Problem>> {
  const builtIn = builtInRoles(tenantId).find((role) => role.id === id);
  if (builtIn !== undefined) return ok(builtIn);
  const [row] = await store.read({ from: 'roles', where: { id, tenant_id: tenantId } });
  return row === undefined ? err(notFound('role', id)) : ok(toCustomRole(row));
}

/** Lists roles in the order of their ids, which begins with the built-in ones. */
export async function listRoles(
  { store, clock }: AccessDeps,
  input: ParsedInputOf<'role.list'>,
  { principal: { tenantId } }: CallContext,
): Promise<Result<Page<CustomRole>, Problem>> {
  const rows = await store.read({ from: 'roles', where: { tenant_id: tenantId } });
  const all = [...builtInRoles(tenantId), ...rows.map(toCustomRole)];
  return listItems({ operation: 'role.list', input, nowMs: clock.nowMs() }, all);
}
