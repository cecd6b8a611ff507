/** Signs tokens with Ed25519 through jose; private keys are kept by the store, which seals them. */
import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { decodeJwt, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { SigningKeyPair, TokenCrypto } from '../../ports/tokens.ts';
import { verifyToken } from './verify-token.ts';

/** EdDSA with Ed25519 (RFC 8037): short keys, and no random number to get wrong. */
const ALGORITHM = 'EdDSA';

/** Makes it. */
export function createTokenCrypto(): TokenCrypto {
  return {
    makeKey,
    sign,
    verify: (token, rules) => verifyToken(token, { ...rules, algorithms: [ALGORITHM] }),
    claimedIssuer,
  };
}

async function makeKey(): Promise<SigningKeyPair> {
  const pair = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const privateText = JSON.stringify(await exportJWK(pair.privateKey));
  const publicJwk: JsonObject = {
    // A JWK of a public key has only texts.
    ...((await exportJWK(pair.publicKey)) as JsonObject),
    alg: ALGORITHM,
    use: 'sig',
  };
  return { publicJwk, privateText };
}

async function sign(
  claims: JsonObject,
  key: { readonly id: string; readonly privateText: string },
): Promise<Result<string, Problem>> {
  try {
    // Made by `makeKey`; a damaged one is not a JWK.
    const jwk: JWK = JSON.parse(key.privateText);
    const privateKey = await importJWK(jwk, ALGORITHM);
    const header = { alg: ALGORITHM, kid: key.id, typ: 'JWT' };
    return ok(await new SignJWT({ ...claims }).setProtectedHeader(header).sign(privateKey));
  } catch {
    return err(
      problem('unavailable', {
        detail: 'The key that tokens are signed with cannot be used.',
        remedy: 'Create a new one: novacron admin signing-key rotate.',
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
