import { featureNames } from '@novacron/contract/access/feature';
import { CONTRACT_LEVEL } from '@novacron/contract/contract-level';
import { operationNames } from '@novacron/contract/operations-table/operations';
import { ok } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { mayCall } from '../identity/may-call.ts';
import { personOf } from '../identity/person-of.ts';
import { featuresOf, findOwnTenant, hasTenantAccess } from './tenant-access.ts';

/** Shows callers their own identity, their operations, and the features of their tenant. */
export async function whoAmI(deps: AccessDeps, { principal }: CallContext) {
  const own = await findOwnTenant(deps.store, principal);
  const features = featuresOf(own);
  return ok({
    principal: principal.name,
    person: await personOf(deps, principal),
    role: principal.role,
    tenant: principal.tenantId,
    expires_at: principal.expiresAtMs === undefined ? null : toTimestamp(principal.expiresAtMs),
    features: featureNames().filter((name) => features[name]),
    operations: operationNames().filter(
      (name) => mayCall(principal, name) && hasTenantAccess(own, name),
    ),
    server_version: deps.serverVersion,
    contract_level: CONTRACT_LEVEL,
  });
}
