import type { SignInIssuer } from '../../ports/sign-in-issuer.ts';
import type { TokenVerifier } from '../../ports/tokens.ts';

/** Mapping from claims to a role and a tenant. */
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

/** Rules that grant roles in tenants by group; they replace `roles` and `tenantClaim`. */
export interface GroupRules {
  /** The first one counts whose group is a value of the role claim. */
  readonly groups: readonly GroupRule[];
  /** Subjects that are not admitted, whatever their groups. */
  readonly disabled: readonly string[];
}

/** A role for a group. */
export interface GroupRule {
  readonly group: string;
  readonly role: string;
  /** Name or id; undefined: the first tenant. */
  readonly tenant?: string | undefined;
}

/** The issuer and the mapping of its claims. */
export interface OidcAccess extends ClaimMapping {
  readonly verifier: TokenVerifier;
  /** The rules as they are at the moment of the call; undefined where there are none. */
  readonly rules?: (() => GroupRules) | undefined;
  /** Issuer at which browsers sign in; undefined if they sign in with keys only. */
  readonly signIn?: SignInIssuer | undefined;
}
