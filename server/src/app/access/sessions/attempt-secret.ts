/**
 * The secret of a sign-in at an issuer, which only the browser that began it has. State, nonce and
 * the verifier of PKCE are derived from it, so that the store has none of them, and an answer is
 * accepted only from that browser (OpenID Connect Core 1.0, section 15.5.2; RFC 7636).
 */
import { createHmac } from 'node:crypto';
import type { SignInProof } from '../../../ports/sign-in-issuer.ts';
import type { AccessDeps } from '../deps.ts';

const SECRET_PREFIX = 'nca_';
const SECRET_BYTES = 32;
const SECRET_FORM = new RegExp(`^${SECRET_PREFIX}[\\w-]{43}$`);

/** Makes the secret of an attempt: 256 random bits. */
export function makeAttemptSecret({ secretRandom }: Pick<AccessDeps, 'secretRandom'>): string {
  const bytes = secretRandom.bytes(SECRET_BYTES);
  return `${SECRET_PREFIX}${Buffer.from(bytes).toString('base64url')}`;
}

/** Whether a text has the form of a secret. */
export function isAttemptSecret(text: string): boolean {
  return SECRET_FORM.test(text);
}

/**
 * Derives the values that are sent to the issuer or compared with its answer: 43 characters of
 * base64url each.
 */
export function proofOf(secret: string): SignInProof {
  const derive = (purpose: string): string =>
    createHmac('sha256', secret).update(`novacron sign-in ${purpose}`).digest('base64url');
  return { state: derive('state'), nonce: derive('nonce'), codeVerifier: derive('verifier') };
}
