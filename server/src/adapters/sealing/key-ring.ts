/**
 * Seals and opens values with AES-256-GCM. A sealed value says which key sealed it and is bound to
 * its place, so that it opens nowhere else.
 *
 *   ncs1.KEY-ID.base64(salt 16 | nonce 12 | tag 16 | ciphertext)
 *
 * Each ring draws a salt, derives a key from it (HKDF, RFC 5869), and counts the nonces under that
 * key: they never repeat, however much is sealed, which random ones would (NIST SP 800-38D, 8.3,
 * allows 2^32 values a key). Source of the idea: AWS Encryption SDK's derived data keys.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { assert } from '@novacron/contract/result';
import type { SealingKey } from './sealing-key.ts';

const CIPHER = 'aes-256-gcm';
const DERIVED_KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = SALT_BYTES + NONCE_BYTES + TAG_BYTES;

/** Prefix of every sealed value; JSON cannot begin like this. */
const MARK = 'ncs1';

/** Every start of a server has a salt; more than these are derived again when met. */
const DERIVED_KEYS_MAX = 10_000;

/** Location of a value. */
export interface SealedPlace {
  readonly table: string;
  readonly column: string;
  /** The row. */
  readonly id: string;
}

/** Result of opening a value. */
export type Opened =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unknown-key'; readonly keyId: string }
  | { readonly kind: 'damaged' };

/** The keys of a server. */
export interface KeyRing {
  readonly ids: readonly string[];
  readonly has: (keyId: string) => boolean;
  /** The key that seals. */
  readonly current: () => string;
  /** Seals with this one from now on. */
  readonly use: (keyId: string) => void;
  readonly seal: (place: SealedPlace, text: string) => string;
  readonly open: (place: SealedPlace, sealed: string) => Opened;
}

/** Whether a value is sealed at all. */
export function isSealed(value: string): boolean {
  return value.startsWith(`${MARK}.`);
}

/** The key that a value was sealed with; undefined for plain ones. */
export function keyIdOf(value: string): string | undefined {
  return isSealed(value) ? value.split('.', 2)[1] : undefined;
}

/** Creates a key ring; its first key seals until another one is chosen. */
export function createKeyRing(keys: readonly SealingKey[]): KeyRing {
  const byId = new Map(keys.map((key) => [key.id, key.bytes]));
  const [first] = keys;
  assert(first !== undefined, 'a ring has a key');
  const derived = new Map<string, Buffer>();
  const salt = randomBytes(SALT_BYTES);
  let counter = 0n;
  let currentId = first.id;

  function deriveKey(keyId: string, bytes: Buffer, from: Buffer): Buffer {
    const name = `${keyId}.${from.toString('latin1')}`;
    const known = derived.get(name);
    if (known !== undefined) return known;
    const made = Buffer.from(hkdfSync('sha256', bytes, from, 'novacron', DERIVED_KEY_BYTES));
    if (derived.size >= DERIVED_KEYS_MAX) derived.clear();
    derived.set(name, made);
    return made;
  }

  function seal(place: SealedPlace, text: string): string {
    const bytes = byId.get(currentId);
    assert(bytes !== undefined, 'the key that seals is on the ring');
    const nonce = Buffer.alloc(NONCE_BYTES);
    nonce.writeBigUInt64BE(counter, NONCE_BYTES - 8);
    counter += 1n;
    const cipher = createCipheriv(CIPHER, deriveKey(currentId, bytes, salt), nonce);
    cipher.setAAD(bindingOf(currentId, place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const whole = Buffer.concat([salt, nonce, cipher.getAuthTag(), sealed]);
    return `${MARK}.${currentId}.${whole.toString('base64')}`;
  }

  function open(place: SealedPlace, sealed: string): Opened {
    const [mark, keyId = '', body = ''] = sealed.split('.', 3);
    if (mark !== MARK) return { kind: 'damaged' };
    const bytes = byId.get(keyId);
    if (bytes === undefined) return { kind: 'unknown-key', keyId };
    const whole = Buffer.from(body, 'base64');
    // Decoding drops the bits that no byte holds: only the text that sealing wrote counts.
    if (whole.length < HEAD_BYTES || whole.toString('base64') !== body) return { kind: 'damaged' };
    const key = deriveKey(keyId, bytes, whole.subarray(0, SALT_BYTES));
    const text = decrypt(key, whole.subarray(SALT_BYTES), bindingOf(keyId, place));
    return text === undefined ? { kind: 'damaged' } : { kind: 'text', text };
  }

  return {
    ids: [...byId.keys()],
    has: (keyId) => byId.has(keyId),
    current: () => currentId,
    use: (keyId) => {
      assert(byId.has(keyId), 'a server seals with a key that it has');
      currentId = keyId;
    },
    seal,
    open,
  };
}

/** No id, table or column holds a NUL, so no two places have one binding. */
function bindingOf(keyId: string, { table, column, id }: SealedPlace): Buffer {
  return Buffer.from([MARK, keyId, table, column, id].join('\0'), 'utf8');
}

/** @param whole - nonce, tag and ciphertext */
function decrypt(key: Buffer, whole: Buffer, binding: Buffer): string | undefined {
  try {
    const nonce = whole.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(whole.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    decipher.setAAD(binding);
    const text = decipher.update(whole.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8');
    return text + decipher.final('utf8');
  } catch {
    // Of what does not authenticate nothing more is to be said.
    return undefined;
  }
}
