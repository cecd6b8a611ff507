/**
 * Encrypts small secrets before they go into the store, so that whoever has a copy of the store
 * alone cannot use them. The key is a file of its own; servers that share a store share it too.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';

/** Encrypts and decrypts. */
export interface Sealer {
  /** Problems: `unavailable` without the key file. */
  readonly seal: (text: string) => Result<string, Problem>;
  /** Problems: `unavailable` without the key file, or when it is not the one that sealed. */
  readonly open: (sealed: string) => Result<string, Problem>;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D, section 8.2: 96 bits, random; few secrets are ever sealed. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PRIVATE_FILE_MODE = 0o600;

/** Opens the sealer of a key file, which is made with its first use. */
export function openSealer(keyFile: string): Sealer {
  let known: Buffer | undefined;

  function key(): Buffer {
    known ??= readOrMakeKey(keyFile);
    return known;
  }

  return {
    seal: (text) => guarded(keyFile, () => sealWith(key(), text)),
    open: (sealed) => guarded(keyFile, () => openWith(key(), sealed)),
  };
}

function sealWith(key: Buffer, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

function openWith(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
}

function readOrMakeKey(file: string): Buffer {
  try {
    const key = randomBytes(KEY_BYTES);
    const text = `${key.toString('base64')}\n`;
    // Fails where there is one: nobody overwrites the key of another start.
    writeFileSync(file, text, { mode: PRIVATE_FILE_MODE, flag: 'wx', flush: true });
    return key;
  } catch {
    const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
    if (key.length !== KEY_BYTES) throw new Error(`it does not hold ${KEY_BYTES} bytes in base64`);
    return key;
  }
}

function guarded(file: string, work: () => string): Result<string, Problem> {
  try {
    return ok(work());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(
      problem('unavailable', {
        detail: `Keys cannot be sealed or opened with ${file}: ${reason}`,
        remedy:
          'Put back the file that the other servers of this store use, or, when it is lost, ' +
          'remove it and make new keys: novacron signing-key rotate.',
      }),
    );
  }
}
