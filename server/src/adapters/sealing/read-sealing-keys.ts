/** Reads sealing keys from a file, or from the configuration itself. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { KEY_BYTES, nameSealingKey, parseSealingKeys, type SealingKey } from './sealing-key.ts';

const PRIVATE_FILE_MODE = 0o600;

/** Location of the sealing keys. */
export type SealingKeySource =
  | { readonly kind: 'text'; readonly text: string; readonly setting: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      /** `own`: the server generates it for a new store; `given`: the operator provides it. */
      readonly origin: 'own' | 'given';
    };

/**
 * Reads the keys, the one that seals first.
 * @returns none where the server's own file is yet to be made; `unavailable` for what holds no keys
 */
export function readSealingKeys(source: SealingKeySource): Result<readonly SealingKey[], Problem> {
  if (source.kind === 'text') return parse(source.text, describeSource(source));
  if (source.origin === 'own' && !existsSync(source.path)) return ok([]);
  try {
    return parse(readFileSync(source.path, 'utf8'), source.path);
  } catch (cause) {
    return err(
      problem('unavailable', {
        detail: `The sealing key cannot be read from ${source.path}: ${reasonOf(cause)}`,
        remedy: remedyOf(source.path),
        data: { reason: 'sealing-key-unreadable' },
      }),
    );
  }
}

/** The command that makes a key would overwrite one that is there. */
function remedyOf(path: string): string {
  if (existsSync(path)) return 'Let the user of the server read the file, and start again.';
  return (
    'Restore the file, readable by the user of the server. For a new store create ' +
    `one: openssl rand -base64 32 > ${path}`
  );
}

/** The source in words: a path, or the setting. */
export function describeSource(source: SealingKeySource): string {
  return source.kind === 'file' ? source.path : `the setting ${source.setting}`;
}

/** Generates a key in a file that only this user may read. Fails where the file exists. */
export function makeSealingKeyFile(path: string): Result<SealingKey, Problem> {
  try {
    const bytes = randomBytes(KEY_BYTES);
    const text = `${bytes.toString('base64')}\n`;
    writeFileSync(path, text, { mode: PRIVATE_FILE_MODE, flag: 'wx', flush: true });
    return ok(nameSealingKey(bytes));
  } catch (cause) {
    return err(
      problem('unavailable', {
        detail: `The sealing key cannot be written to ${path}: ${reasonOf(cause)}`,
        remedy: 'Free disk space, or remove the existing file, and start again.',
        data: { reason: 'sealing-key-unwritable' },
      }),
    );
  }
}

/** Takes a key that was never used away again. */
export function removeSealingKeyFile(path: string): void {
  rmSync(path, { force: true });
}

function parse(text: string, place: string): Result<readonly SealingKey[], Problem> {
  const keys = parseSealingKeys(text);
  if (keys.ok) return keys;
  return err(
    problem('unavailable', {
      detail: `The sealing key in ${place} cannot be used: ${keys.error}.`,
      remedy:
        'Restore the key that the store was encrypted with. A key is the output of ' +
        'openssl rand -base64 32; write several keys on a line each, the encrypting one ' +
        'first.',
      data: { reason: 'sealing-key-malformed' },
    }),
  );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
