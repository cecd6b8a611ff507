// Builtins over digests.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { asString, type HostBuiltin, type HostBuiltins } from '../host/host-builtin.ts';

function digest(algorithm: string): HostBuiltin {
  return ([text]) => createHash(algorithm).update(asString(text), 'utf8').digest('hex');
}

function hmac(algorithm: string): HostBuiltin {
  return ([text, key]) =>
    createHmac(algorithm, asString(key)).update(asString(text), 'utf8').digest('hex');
}

/** The builtins over digests. */
export const CRYPTO_BUILTINS: HostBuiltins = {
  'crypto.md5': digest('md5'),
  'crypto.sha1': digest('sha1'),
  'crypto.sha256': digest('sha256'),
  'crypto.hmac.md5': hmac('md5'),
  'crypto.hmac.sha1': hmac('sha1'),
  'crypto.hmac.sha256': hmac('sha256'),
  'crypto.hmac.sha512': hmac('sha512'),
  'crypto.hmac.equal': ([a, b]) => {
    const [left, right] = [Buffer.from(asString(a)), Buffer.from(asString(b))];
    return left.length === right.length && timingSafeEqual(left, right);
  },
};
