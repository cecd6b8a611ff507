/** Reads the server's own secrets from Vault, before there is a server. */
import type { VaultSource } from '@novacron/contract/access/secret';
import { err, ok, type Result } from '@novacron/contract/result';
import { systemClock } from '@novacron/runtime/clock';
import { createBreakers } from '../breakers/create-breakers.ts';
import { guardAddresses } from '../egress/guard-addresses.ts';
import { createVault, type VaultServer } from './create-vault.ts';

/**
 * Asks for values whose paths start at the mount: tenants cannot name them.
 * @param onAway - hears that Vault may answer later
 */
export function askOwnVault(
  server: VaultServer,
  onAway: () => void,
): (source: VaultSource) => Promise<Result<string, string>> {
  const parts = { guard: guardAddresses([]), breakers: createBreakers(), clock: systemClock };
  const vault = createVault({ ...server, prefix: undefined }, parts);
  return async (source) => {
    const read = await vault.read({ ...source, tenantId: '' });
    if (read.ok) return ok(read.value.value.trim());
    if (read.error.next === 'retry') onAway();
    return err(`cannot be read: Vault ${read.error.words}`);
  };
}
