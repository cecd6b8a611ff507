/**
 * Seals short texts in the files of an agent: AES-256-GCM (NIST SP 800-38D) with a key that is in a
 * file of the same directory. A journal, a backup of it or what is left of it on the disk cannot be
 * read without that file, which is in no database and no backup.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makePrivateDir, PRIVATE_FILE_MODE } from './private-files.ts';

/** Name of the file of the key, in the agent's data directory. */
export const KEY_FILE = 'journal.key';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals and opens texts. */
export interface Sealer {
  /** @param place - where the text is stored; it opens there only */
  readonly seal: (text: string, place: string) => string;
  /** @returns undefined for a text of another key or place, or one that was changed */
  readonly open: (sealed: string, place: string) => string | undefined;
}

/** Makes the sealer of a data directory. The key is read, or made, at the first use. */
export function createSealer(dataDir: string): Sealer {
  let key: Buffer | undefined;
  const ownKey = (): Buffer => {
    key ??= readKey(dataDir) ?? makeKey(dataDir);
    return key;
  };
  return {
    seal: (text, place) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, ownKey(), nonce).setAAD(Buffer.from(place));
      const sealed = [cipher.update(text, 'utf8'), cipher.final()];
      return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]).toString('base64');
    },
    open: (sealed, place) => {
      const bytes = Buffer.from(sealed, 'base64');
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      try {
        const options = { authTagLength: TAG_BYTES };
        const cipher = createDecipheriv(ALGORITHM, ownKey(), nonce, options)
          .setAAD(Buffer.from(place))
          .setAuthTag(tag);
        const text = cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([text, cipher.final()]).toString('utf8');
      } catch {
        // Another key, another place or a damaged text: they cannot be distinguished.
        return undefined;
      }
    },
  };
}

function readKey(dataDir: string): Buffer | undefined {
  try {
    const key = Buffer.from(readFileSync(join(dataDir, KEY_FILE), 'utf8'), 'base64');
    return key.length === KEY_BYTES ? key : undefined;
  } catch (cause) {
    if (Object(cause).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Whole and on the disk before anything is sealed with it. */
function makeKey(dataDir: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  const file = join(dataDir, KEY_FILE);
  const next = `${file}.next`;
  makePrivateDir(dataDir);
  rmSync(next, { force: true });
  writeFileSync(next, `${key.toString('base64')}\n`, {
    mode: PRIVATE_FILE_MODE,
    flag: 'wx',
    flush: true,
  });
  renameSync(next, file);
  const directory = openSync(dataDir, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
  return key;
}
