import type { TokenVerifier } from '../../ports/tokens.ts';

/** How claims map to a role and a tenant. */
export interface ClaimMapping {
  /** Name of the role claim, whose value is a text or a list; dots lead into objects. */
  readonly roleClaim: string;
  /**
   * Role names by claim value; a value that is not listed gives none. A name that is not built in
   * is looked up in the tenant.
   */
  readonly roles: Readonly<Record<string, string>>;
  /**
   * Name of the claim with the tenant's name or id; undefined: all callers belong to the first
   * tenant.
   */
  readonly tenantClaim: string | undefined;
}

/** The issuer and the mapping of its claims. */
export interface OidcAccess extends ClaimMapping {
  readonly verifier: TokenVerifier;
}
