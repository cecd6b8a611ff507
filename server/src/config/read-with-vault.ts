/** Reads a configuration whose secrets may be in Vault. */
import type { VaultSource } from '@novacron/contract/access/secret';
import { err, type Result } from '@novacron/contract/result';
import { isInVault, parseVaultPlace, type ReadSecret, readSecretFile } from './read-secret.ts';

/** Asks Vault for a value. Failure: what is wrong, in words. */
export type AskVault = (source: VaultSource) => Promise<Result<string, string>>;

/**
 * Reads something that needs secrets. Places in Vault are known only once they are met, so what
 * reads them is called again with their values until it has met no other.
 * @param open - called once at most, if a place is in Vault. Failure: why there is none, in words
 */
export async function readWithVault<Value>(
  read: (readSecret: ReadSecret) => Value,
  open: () => Result<AskVault, string>,
): Promise<Value> {
  const known = new Map<string, Result<string, string>>();
  let vault: ReturnType<typeof open> | undefined;
  for (;;) {
    const met = new Set<string>();
    const value = read((place) => {
      if (!isInVault(place)) return readSecretFile(place);
      const secret = known.get(place);
      if (secret === undefined) met.add(place);
      return secret ?? err('is not read yet');
    });
    if (met.size === 0) return value;
    vault ??= open();
    for (const place of met) known.set(place, await ask(place, vault));
  }
}

async function ask(place: string, vault: Result<AskVault, string>) {
  const source = parseVaultPlace(place);
  if (!source.ok) return source;
  return vault.ok ? vault.value(source.value) : vault;
}
