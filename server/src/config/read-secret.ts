/** Where a setting says that a secret is: a file, or a value in Vault. */
import { resolve } from 'node:path';
import { VaultSource } from '@novacron/contract/access/secret';
import { err, type Result } from '@novacron/contract/result';
import { readTextFile } from './read-text-file.ts';

/**
 * Reads a secret.
 * @param place - a path, or `vault:PATH#FIELD`
 * @returns the secret without the white space around it; failure: what is wrong, in words
 */
export type ReadSecret = (place: string) => Result<string, string>;

const VAULT_SCHEME = 'vault:';

/** Whether a place is one in Vault. */
export function isInVault(place: string): boolean {
  return place.startsWith(VAULT_SCHEME);
}

/**
 * Parses `vault:PATH#FIELD`. The path starts at the mount: the server's own secrets are outside of
 * the part that belongs to tenants.
 */
export function parseVaultPlace(place: string): Result<VaultSource, string> {
  const [path, field] = place.slice(VAULT_SCHEME.length).split('#', 2);
  const source = VaultSource.safeParse({ path, field });
  return source.success
    ? { ok: true, value: source.data }
    : err('must be vault:PATH#FIELD, such as vault:novacron/server#store');
}

/** The absolute path of a file that is named relative to a directory; places in Vault stay. */
export function resolvePlace(directory: string, place: string): string {
  return isInVault(place) ? place : resolve(directory, place);
}

/** Reads secrets in files. */
export const readSecretFile: ReadSecret = (place) => {
  if (isInVault(place)) return err('is in Vault, which is asked when a server starts');
  const text = readTextFile(place);
  if (!text.ok) return text;
  const secret = text.value.trim();
  return secret === '' ? err('names an empty file') : { ok: true, value: secret };
};
