import type { AccessDeps } from '../deps.ts';

/** What a secret starts with, so that leaked ones can be searched for. */
const SECRET_PREFIX = 'ncr_';
const SECRET_BYTES = 32;

/** Makes the secret of an API key: 256 random bits. */
export function makeSecret(deps: Pick<AccessDeps, 'secretRandom'>): string {
  const bytes = deps.secretRandom.bytes(SECRET_BYTES);
  return `${SECRET_PREFIX}${Buffer.from(bytes).toString('base64url')}`;
}
