/** Checks tokens with jose, and says in our words what is wrong with one. */
import type { JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { createLocalJWKSet, errors, type JWK, jwtVerify } from 'jose';
import type { TokenFault, TokenRules } from '../../ports/tokens.ts';

/** Tolerated clock skew before a token counts as expired or not yet valid. Unit: s. */
const CLOCK_SKEW_S = 60;

const MS_PER_SECOND = 1_000;

/**
 * The claims of a token that follows the rules.
 * @param algorithms - the ones that are accepted, signatures with public keys only: `none` and
 *   shared secrets (RFC 8725, section 3.1) are in no caller's list
 */
export async function verifyToken(
  token: string,
  rules: TokenRules & { readonly algorithms: readonly string[] },
): Promise<Result<JsonObject, TokenFault>> {
  try {
    // Public keys as their issuers write them; jose looks at each before it uses it.
    const keys = createLocalJWKSet({ keys: rules.keys as unknown as JWK[] });
    const { payload } = await jwtVerify(token, keys, {
      issuer: rules.issuer,
      audience: rules.audience,
      algorithms: [...rules.algorithms],
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_SKEW_S,
      currentDate: new Date(rules.nowMs - (rules.nowMs % MS_PER_SECOND)),
    });
    // What jose parsed is JSON.
    return ok(payload as JsonObject);
  } catch (cause) {
    return err(faultOf(cause));
  }
}

function faultOf(cause: unknown): TokenFault {
  if (cause instanceof errors.JWTExpired) return 'expired';
  if (cause instanceof errors.JWTClaimValidationFailed) {
    if (cause.claim === 'iss') return 'wrong-issuer';
    if (cause.claim === 'aud') return 'wrong-audience';
    return cause.claim === 'nbf' ? 'not-yet-valid' : 'malformed';
  }
  if (cause instanceof errors.JOSEAlgNotAllowed) return 'wrong-algorithm';
  if (cause instanceof errors.JOSENotSupported) return 'wrong-algorithm';
  if (cause instanceof errors.JWSSignatureVerificationFailed) return 'forged';
  if (cause instanceof errors.JWKSNoMatchingKey) return 'unknown-key';
  if (cause instanceof errors.JWKSMultipleMatchingKeys) return 'unknown-key';
  return 'malformed';
}
