/** Checks the tokens of an OpenID Connect issuer with the keys that it publishes. */
import { err } from '@novacron/contract/result';
import type { Logger } from '@novacron/runtime/logger';
import { decodeProtectedHeader } from 'jose';
import type { Breakers } from '../../ports/breakers.ts';
import type { TokenVerifier } from '../../ports/tokens.ts';
import type { AddressGuard } from '../egress/guard-addresses.ts';
import { guardedFetch } from '../egress/guarded-fetch.ts';
import { verifyToken } from '../jwt/verify-token.ts';
import { isSubject } from './check-claims.ts';
import { createKeySet } from './key-set.ts';

/** Accepted signature algorithms of issuers; all with public keys (RFC 8725, section 3.1). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'EdDSA',
];

/** Issuer whose tokens are accepted, and their required audience. */
export interface OidcIssuer {
  /** Exactly as it stands in tokens; its discovery document lies below it. */
  readonly issuer: string;
  readonly audience: string;
  /** Certificate authority of the issuer, PEM; undefined: those that Node.js knows. */
  readonly ca?: string | undefined;
}

/** Dependencies of requests to an issuer. */
export interface IssuerCalls {
  readonly logger: Logger;
  readonly breakers: Breakers;
  readonly guard: AddressGuard;
}

/** Makes the verifier; the issuer is asked when the first token comes. */
export function createOidcVerifier(
  trusted: OidcIssuer,
  { logger, breakers, guard }: IssuerCalls,
): TokenVerifier {
  const { issuer, audience, ca } = trusted;
  const breaker = breakers.of('oidc', issuer);
  const fetchIt = guardedFetch(guard, { server: issuer, ca });
  const keySet = createKeySet(issuer, { logger, breaker, fetchIt });
  return {
    issuer,
    verify: async (token, nowMs) => {
      const keys = await keySet.keysFor(keyIdOf(token), nowMs);
      if (keys === undefined) return err('unreachable');
      const rules = { issuer, audience, keys, nowMs, algorithms: ALGORITHMS };
      const verified = await verifyToken(token, rules);
      return verified.ok && !isSubject(verified.value.sub) ? err('malformed') : verified;
    },
  };
}

function keyIdOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return undefined;
  }
}
