/** Opens values of secrets for what sends them: each is read for one use and stays in memory. */
import { err, ok, type Result } from '@novacron/contract/result';
import type { SecretRow } from '../../../ports/tables/tenant-rows.ts';
import { versionRowId } from '../../rows/policy-versions.ts';
import type { AccessDeps } from '../deps.ts';

/** Finds a secret of a tenant by its name. */
export async function findSecretNamed(
  { store }: Pick<AccessDeps, 'store'>,
  where: { readonly tenant_id: string; readonly name: string },
): Promise<SecretRow | undefined> {
  const [row] = await store.read({ from: 'secrets', where });
  return row;
}

/**
 * Reads the value of a version.
 * @returns the value. Problems: why there is none, in words that follow "the secret NAME,"
 */
export async function openSecretVersion(
  { store }: Pick<AccessDeps, 'store'>,
  secretId: string,
  version: number,
): Promise<Result<string, string>> {
  const where = { id: versionRowId(secretId, version) };
  const [row] = await store.read({ from: 'secret_versions', where, damaged: 'blank' });
  if (row === undefined) return err(`which has no version ${version}`);
  if (row.value_sealed === null) return err(`whose version ${version} was erased`);
  if (row.value_sealed === '') return err(`whose version ${version} cannot be decrypted`);
  return ok(row.value_sealed);
}
