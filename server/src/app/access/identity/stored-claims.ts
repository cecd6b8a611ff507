/**
 * Claims of an issuer about a person, as stored in sessions and tokens, mapped by the current
 * rules.
 */
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import { type ClaimFault, type GivenClaims, mapClaims } from './map-claims.ts';
import { personOf } from './oidc.ts';

/** The claims as they are stored. */
const StoredClaims = z.looseObject({
  issuer: z.string(),
  subject: z.string(),
  roleClaim: z.string(),
  tenantClaim: z.string().nullable(),
  values: z.array(z.string()),
  tenant: z.string().nullable(),
}) satisfies z.ZodType<GivenClaims>;

/**
 * Finds who a person is by the mapping of this moment. What another issuer said, or other claims,
 * is not what this server would ask for now: that gives no role.
 */
export async function personOfClaims(
  deps: AccessDeps,
  claims: unknown,
): Promise<Result<Principal, ClaimFault>> {
  const { oidc } = deps;
  const stored = StoredClaims.safeParse(claims);
  if (oidc === undefined || !stored.success) return err({ reason: 'no-role' });
  const { issuer, roleClaim, tenantClaim, subject } = stored.data;
  const isOfNow = issuer === oidc.verifier.issuer && roleClaim === oidc.roleClaim;
  if (!isOfNow || tenantClaim !== (oidc.tenantClaim ?? null)) return err({ reason: 'no-role' });
  const granted = await mapClaims(deps, oidc, stored.data);
  return granted.ok ? ok(personOf(subject, granted.value)) : granted;
}
