/** The Vault that has secrets of the configuration itself. */
import { ok, type Result } from '@novacron/contract/result';
import { askOwnVault } from './adapters/vault/ask-own-vault.ts';
import type { AskVault } from './config/read-with-vault.ts';
import { requireVault } from './config/sections/read-vault.ts';

/** A Vault that is opened when it is needed. */
export interface OwnVault {
  /** Failure: why there is none, in words. */
  readonly open: () => Result<AskVault, string>;
  /** Whether it gave no answer, and may later. */
  readonly isAway: () => boolean;
}

/** @param file - what the setting `vault` names; undefined: nothing */
export function openOwnVault(file: string | undefined): OwnVault {
  let isAway = false;
  return {
    open: () => {
      const vault = requireVault(file);
      if (!vault.ok) return vault;
      return ok(
        askOwnVault(vault.value, () => {
          isAway = true;
        }),
      );
    },
    isAway: () => isAway,
  };
}
