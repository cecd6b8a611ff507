/** The secret of a session, which only its browser has, and what follows from it. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AccessDeps } from '../deps.ts';

/** Prefix of secrets, so that leaked ones can be searched for. */
const SECRET_PREFIX = 'ncs_';
const SECRET_BYTES = 32;
const SECRET_FORM = new RegExp(`^${SECRET_PREFIX}[\\w-]{43}$`);

/** Makes the secret of a session: 256 random bits. */
export function makeSessionSecret({ secretRandom }: Pick<AccessDeps, 'secretRandom'>): string {
  const bytes = secretRandom.bytes(SECRET_BYTES);
  return `${SECRET_PREFIX}${Buffer.from(bytes).toString('base64url')}`;
}

/** Whether a text has the form of a secret: nothing else is looked for in the store. */
export function isSessionSecret(text: string): boolean {
  return SECRET_FORM.test(text);
}

/**
 * The CSRF token of a session: stored nowhere, known to those who may read `session.get`. It cannot
 * be computed without the secret, and the secret not from it (HMAC-SHA-256).
 * @returns 43 characters of base64url
 */
export function csrfTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('novacron csrf token').digest('base64url');
}

/** Compares two secrets in a time that does not depend on where they differ. */
export function isSameSecret(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
