/** The public half of a private key, as policies and authors write it. */
import { createPublicKey, type KeyObject } from 'node:crypto';

/** Its text: `ed25519:` and the key in base64url. */
export function publicKeyOf(key: KeyObject): string {
  return `ed25519:${createPublicKey(key).export({ format: 'jwk' }).x}`;
}
