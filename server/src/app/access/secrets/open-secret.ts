/** Opens values of secrets for what sends them: each is read for one use and stays in memory. */
import { err, ok, type Result } from '@novacron/contract/result';
import type { SecretRow } from '../../../ports/tables/tenant-rows.ts';
import type { VaultFault, VaultQuestion } from '../../../ports/vault.ts';
import { versionRowId } from '../../rows/policy-versions.ts';
import type { AccessDeps } from '../deps.ts';
import { sourceOf } from './answer-secret.ts';

/** Dependencies of opening a value. */
export type OpenSecretDeps = Pick<AccessDeps, 'store' | 'vault'>;

/**
 * Reason why a secret has no value: words that follow "the secret NAME,", and whether it may be
 * temporary.
 */
export type SecretFault = VaultFault;

/** Finds a secret of a tenant by its name. */
export async function findSecretNamed(
  { store }: Pick<AccessDeps, 'store'>,
  where: { readonly tenant_id: string; readonly name: string },
): Promise<SecretRow | undefined> {
  const [row] = await store.read({ from: 'secrets', where });
  return row;
}

/** Reads the value of a version, from the store or from Vault. */
export async function openSecretVersion(
  deps: OpenSecretDeps,
  secretId: string,
  version: number,
): Promise<Result<string, SecretFault>> {
  const where = { id: versionRowId(secretId, version) };
  const [row] = await deps.store.read({ from: 'secret_versions', where, damaged: 'blank' });
  if (row === undefined) return err(finalFault(`which has no version ${version}`));
  if (row.deleted_at_ms !== null) return err(finalFault(`whose version ${version} was erased`));
  const source = sourceOf(row);
  if (source !== null) return openInVault(deps, { ...source, tenantId: row.tenant_id });
  if (row.value_sealed === null) return err(finalFault(`whose version ${version} was erased`));
  if (row.value_sealed === '')
    return err(finalFault(`whose version ${version} cannot be decrypted`));
  return ok(row.value_sealed);
}

async function openInVault(
  { vault }: OpenSecretDeps,
  question: VaultQuestion,
): Promise<Result<string, SecretFault>> {
  if (vault === undefined)
    return err(finalFault('whose value is in Vault, but this server has no Vault configured'));
  const read = await vault.read(question);
  if (read.ok) return ok(read.value.value);
  return err({ ...read.error, words: `whose value is in Vault, which ${read.error.words}` });
}

/** A fault that does not pass by itself. @param words - as of {@link SecretFault} */
export function finalFault(words: string): SecretFault {
  return { words, next: 'final' };
}
