/** Signs tokens with Ed25519 through jose; private keys leave this file only sealed. */
import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { decodeJwt, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { SigningKeyPair, TokenCrypto } from '../../ports/tokens.ts';
import type { Sealer } from '../keys/open-sealer.ts';
import { verifyToken } from './verify-token.ts';

/** EdDSA with Ed25519 (RFC 8037): short keys, and no random number to get wrong. */
const ALGORITHM = 'EdDSA';

/** Makes it. */
export function createTokenCrypto(sealer: Sealer): TokenCrypto {
  return {
    makeKey: () => makeKey(sealer),
    sign: (claims, key) => sign(sealer, claims, key),
    verify: (token, rules) => verifyToken(token, { ...rules, algorithms: [ALGORITHM] }),
    claimedIssuer,
  };
}

async function makeKey(sealer: Sealer): Promise<Result<SigningKeyPair, Problem>> {
  const pair = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const sealed = sealer.seal(JSON.stringify(await exportJWK(pair.privateKey)));
  if (!sealed.ok) return sealed;
  const publicJwk: JsonObject = {
    // A JWK of a public key has only texts.
    ...((await exportJWK(pair.publicKey)) as JsonObject),
    alg: ALGORITHM,
    use: 'sig',
  };
  return ok({ publicJwk, privateSealed: sealed.value });
}

async function sign(
  sealer: Sealer,
  claims: JsonObject,
  key: { readonly id: string; readonly privateSealed: string },
): Promise<Result<string, Problem>> {
  const opened = sealer.open(key.privateSealed);
  if (!opened.ok) return opened;
  try {
    // Sealed by `makeKey` and authenticated by the sealer.
    const privateKey = await importJWK(JSON.parse(opened.value) as JWK, ALGORITHM);
    const header = { alg: ALGORITHM, kid: key.id, typ: 'JWT' };
    return ok(await new SignJWT({ ...claims }).setProtectedHeader(header).sign(privateKey));
  } catch {
    return err(
      problem('unavailable', {
        detail: 'The key that tokens are signed with cannot be used.',
        remedy: 'Make a new one: novacron signing-key rotate.',
      }),
    );
  }
}

function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
