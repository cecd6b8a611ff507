import type { TokenVerifier } from '../../ports/tokens.ts';

/** How claims become a role and a tenant. */
export interface ClaimMapping {
  /** The claim that says the role, a text or a list; dots lead into objects. */
  readonly roleClaim: string;
  /**
   * Names of roles by the claim's values; a value that is not listed gives none. One that is not
   * built in is looked for in the tenant.
   */
  readonly roles: Readonly<Record<string, string>>;
  /** The claim with the tenant's name or id; undefined: everybody is of the first tenant. */
  readonly tenantClaim: string | undefined;
}

/** The issuer and what its claims mean. */
export interface OidcAccess extends ClaimMapping {
  readonly verifier: TokenVerifier;
}
