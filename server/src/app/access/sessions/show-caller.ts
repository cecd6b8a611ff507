/** Shows callers who they are, what they may call and why not more, and their session. */
import type { CallerSession, OperationPermission } from '@novacron/contract/access/session';
import {
  type OperationName,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import { ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext, Principal } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { forbiddenCall, mayCall } from '../identity/may-call.ts';
import { findOwnTenant, hasTenantAccess } from '../tenants/tenant-access.ts';
import { toSession } from './answer-session.ts';

/** Answers `session.get`. */
export async function showCaller(
  deps: AccessDeps,
  { principal }: CallContext,
): Promise<Result<CallerSession, never>> {
  const own = await findOwnTenant(deps.store, principal);
  const { session } = principal;
  const where = { id: session?.id ?? '' };
  const [row] = session === undefined ? [] : await deps.store.read({ from: 'sessions', where });
  return ok({
    principal: principal.name,
    role: principal.role,
    tenant_id: principal.tenantId,
    tenant: own?.name ?? '',
    permissions: operationNames().map((name) => permissionOf(name, principal, own)),
    session: row === undefined ? null : toSession(deps, row, principal),
    csrf_token: session?.csrfToken ?? null,
    server_time: toTimestamp(deps.clock.nowMs()),
    server_version: deps.serverVersion,
  });
}

function permissionOf(
  operation: OperationName,
  principal: Principal,
  own: Tables['tenants'] | undefined,
): OperationPermission {
  const { role, scope, feature } = operationRow(operation);
  if (!mayCall(principal, operation)) {
    const { detail } = forbiddenCall(operation, role, principal);
    return { operation, allowed: false, refusal: 'role', reason: detail };
  }
  if (hasTenantAccess(own, operation)) {
    return { operation, allowed: true, refusal: null, reason: null };
  }
  if (scope === 'platform' && own?.is_platform !== 1) {
    const reason = `${operation} affects all tenants, so it is reserved for the first tenant.`;
    return { operation, allowed: false, refusal: 'tenant', reason };
  }
  const reason = `Your tenant does not have the feature ${feature ?? ''}.`;
  return { operation, allowed: false, refusal: 'feature', reason };
}
