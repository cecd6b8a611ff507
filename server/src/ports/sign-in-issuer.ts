/** Sign-in of browsers at an OpenID Connect issuer: the code flow with PKCE, seen from one side. */
import type { JsonObject } from '@novacron/contract/json';
import type { Result } from '@novacron/contract/result';

/** Proof that an answer belongs to a request; the browser that made the request has its source. */
export interface SignInProof {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636: 43 to 128 characters. */
  readonly codeVerifier: string;
}

/** Reason for a failed sign-in at an issuer. */
export type SignInFault =
  /** The issuer does not answer, or answers nonsense. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** The issuer said no: its error code and, where it gave one, its description. */
  | { readonly kind: 'refused'; readonly code: string; readonly description: string | undefined }
  /** The issuer's answer is not valid for this sign-in. */
  | { readonly kind: 'invalid'; readonly reason: string };

/** The issuer that browsers are sent to. */
export interface SignInIssuer {
  readonly issuer: string;
  /** Name of the issuer on the sign-in page. */
  readonly name: string;
  /** The address at the issuer that a browser is sent to. */
  readonly authorizationUrl: (
    redirectUri: string,
    proof: SignInProof,
    nowMs: number,
  ) => Promise<Result<string, SignInFault>>;
  /**
   * Exchanges the answer of the issuer for the verified claims of the ID token. Neither the code
   * nor the tokens are kept.
   * @param answer - the redirect URI with the query that the issuer has added
   */
  readonly redeem: (
    answer: URL,
    proof: SignInProof,
    nowMs: number,
  ) => Promise<Result<JsonObject, SignInFault>>;
  /** Returns the sign-out address of the issuer; undefined if it offers none, or is unavailable. */
  readonly signOutUrl: (returnTo: string, nowMs: number) => Promise<string | undefined>;
}
