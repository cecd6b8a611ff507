/** Signed tokens (JWT, RFC 7519): making keys, signing and checking. What they mean is not here. */
import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/** Reason for rejecting a token. */
export type TokenFault =
  | 'malformed'
  | 'forged'
  | 'unknown-key'
  | 'wrong-algorithm'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-issuer'
  | 'wrong-audience';

/** A key pair. */
export interface SigningKeyPair {
  /** RFC 7517, the public half. */
  readonly publicJwk: JsonObject;
  /** The private half, a JWK as JSON text: for the store only, which seals it. */
  readonly privateText: string;
}

/** Requirements for a valid token besides its signature. */
export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Public keys, each with its `kid`. */
  readonly keys: readonly JsonObject[];
  readonly nowMs: number;
}

/** Signs and checks tokens of this server's own issuer. */
export interface TokenCrypto {
  readonly makeKey: () => Promise<SigningKeyPair>;
  /** Signs claims. Problems: `unavailable` when the private half is none. */
  readonly sign: (
    claims: JsonObject,
    key: { readonly id: string; readonly privateText: string },
  ) => Promise<Result<string, Problem>>;
  /** The claims of a token that follows the rules. */
  readonly verify: (token: string, rules: TokenRules) => Promise<Result<JsonObject, TokenFault>>;
  /** The issuer that a token claims, unverified. */
  readonly claimedIssuer: (token: string) => string | undefined;
}

/** Verifies tokens of an external issuer (OpenID Connect). */
export interface TokenVerifier {
  readonly issuer: string;
  /** `unreachable`: the issuer's keys cannot be had at the moment. */
  readonly verify: (
    token: string,
    nowMs: number,
  ) => Promise<Result<JsonObject, TokenFault | 'unreachable'>>;
}
