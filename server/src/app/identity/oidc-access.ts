import type { Role } from '@novacron/contract/identity';
import type { TokenVerifier } from '../../ports/tokens.ts';

/** How claims become a role and a tenant. */
export interface ClaimMapping {
  /** The claim that says the role, a text or a list; dots lead into objects. */
  readonly roleClaim: string;
  /** Roles by the claim's values; a value that is not listed gives none. */
  readonly roles: Readonly<Record<string, Role>>;
  /** The claim with the tenant's name or id; undefined: everybody is of the first tenant. */
  readonly tenantClaim: string | undefined;
}

/** The issuer and what its claims mean. */
export interface OidcAccess extends ClaimMapping {
  readonly verifier: TokenVerifier;
}
