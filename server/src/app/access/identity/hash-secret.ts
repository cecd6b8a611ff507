import { createHash } from 'node:crypto';

/** The stored form of a secret of 256 random bits: SHA-256, hexadecimal. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
