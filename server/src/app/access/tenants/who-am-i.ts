import { featureNames } from '@novacron/contract/access/feature';
import { CONTRACT_LEVEL } from '@novacron/contract/contract-level';
import { ok } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import { featuresOf, findOwnTenant } from './tenant-access.ts';

/** Shows callers their own identity and the features and usage of their tenant. */
export async function whoAmI(deps: AccessDeps, { principal }: CallContext) {
  const features = featuresOf(await findOwnTenant(deps.store, principal));
  return ok({
    principal: principal.name,
    role: principal.role,
    tenant: principal.tenantId,
    features: featureNames().filter((name) => features[name]),
    server_version: deps.serverVersion,
    contract_level: CONTRACT_LEVEL,
  });
}
