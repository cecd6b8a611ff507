/** Sealing keys as people keep them: 32 random bytes each, in base64 or hexadecimal. */
import { createHmac } from 'node:crypto';
import { err, ok, type Result } from '@novacron/contract/result';

/** Key length of AES-256. */
export const KEY_BYTES = 32;

const HEX_KEY = /^[0-9a-f]{64}$/i;
const BASE64_KEY = /^[\w+/-]{43}=?$/;

/** Enough to distinguish the keys of a store, not to guess one. Unit: hex digits. */
const ID_LENGTH = 16;

/** A key with its name, which stands beside everything that it has sealed. */
export interface SealingKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Reads keys: one a line or with commas between them; what follows a `#` is a remark.
 * @returns the keys in their order, each once; or what is wrong, without showing any of it
 */
export function parseSealingKeys(text: string): Result<readonly SealingKey[], string> {
  const words = text
    .split('\n')
    .flatMap((line) => line.replace(/#.*$/, '').split(/[\s,]+/))
    .filter((word) => word !== '');
  const keys = words.map(parseKey);
  const wrong = keys.indexOf(undefined);
  if (wrong >= 0) return err(`key ${wrong + 1} is not ${KEY_BYTES} bytes in base64 or hex`);
  const known = keys.filter((key) => key !== undefined);
  if (known.length === 0) return err('it holds no key');
  return ok([...new Map(known.map((key) => [key.id, key])).values()]);
}

/** Gives bytes their name: the name can be made from the key, the key not from the name. */
export function nameSealingKey(bytes: Buffer): SealingKey {
  const digest = createHmac('sha256', bytes).update('novacron sealing key').digest('hex');
  return { id: digest.slice(0, ID_LENGTH), bytes };
}

function parseKey(word: string): SealingKey | undefined {
  if (HEX_KEY.test(word)) return nameSealingKey(Buffer.from(word, 'hex'));
  return BASE64_KEY.test(word) ? nameSealingKey(Buffer.from(word, 'base64')) : undefined;
}
