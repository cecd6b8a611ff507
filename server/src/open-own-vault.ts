/** The Vault that has secrets of the configuration itself. */
import { ok, type Result } from '@novacron/contract/result';
import { askOwnVault } from './adapters/vault/ask-own-vault.ts';
import type { AskVault } from './config/read-with-vault.ts';
import { requireVault } from './config/sections/read-vault.ts';

/**
 * Opens it; nothing is asked yet.
 * @param file - what the setting `vault` names; undefined: nothing
 * Failure: why there is none, in words.
 */
export function openOwnVault(file: string | undefined): Result<AskVault, string> {
  const vault = requireVault(file);
  return vault.ok ? ok(askOwnVault(vault.value)) : vault;
}
