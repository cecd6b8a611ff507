/**
 * NovaCron itself as the caller of a write: policies that opt in are asked, and the audit log names
 * it.
 */
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { TenantId } from '@novacron/contract/ids';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { beginRequest, type CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { OperationCaller } from './steering-changes.ts';

/** The name that records show for what NovaCron does by itself. */
export const PLATFORM_NAME = OWN_PRINCIPALS.platform;

/**
 * Makes the caller of one write in a tenant.
 * @param kind - the part of NovaCron that acts, or the kind of the observed actor
 */
export function platformCaller(
  { ids }: Pick<KernelDeps, 'ids'>,
  tenantId: string,
  kind: CauseKind = 'platform',
): OperationCaller {
  return {
    // The store's own, so it was parsed before it was written.
    principal: { name: PLATFORM_NAME, kind, tenantId: tenantId as TenantId },
    client: 'platform',
    requestId: ids.next('req'),
  };
}

/** The same as the context of a call. */
export function platformContext(
  deps: Pick<KernelDeps, 'ids'>,
  tenantId: string,
  kind: CauseKind,
): CallContext {
  const { principal, client, requestId } = platformCaller(deps, tenantId, kind);
  return {
    // The store's own id, parsed before it was written.
    principal: { ...principal, id: principal.name, role: 'admin', tenantId: tenantId as TenantId },
    requestId,
    client,
    deployment: 'default',
    signal: new AbortController().signal,
    request: beginRequest(),
  };
}
