/** Shows and lists secrets of the caller's tenant, and their versions. */
import type { Secret, SecretVersion } from '@novacron/contract/access/secret';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { SecretRow, SecretVersionRow } from '../../../ports/tables/tenant-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { versionRowId } from '../../rows/policy-versions.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { toSecret, toSecretVersion } from './answer-secret.ts';

/** Finds a secret of the tenant; another tenant's is not found. */
export async function findSecret(
  { store }: Pick<AccessDeps, 'store'>,
  id: string,
  { principal }: CallContext,
): Promise<Result<SecretRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'secrets', where });
  return row === undefined ? err(notFound('secret', id)) : ok(row);
}

/** Every stored version of a secret, oldest first; values that cannot be decrypted are blank. */
export function readSecretVersions(
  { store }: Pick<AccessDeps, 'store'>,
  secretId: string,
): Promise<readonly SecretVersionRow[]> {
  const where = { secret_id: secretId };
  return store.read({ from: 'secret_versions', where, damaged: 'blank' });
}

/** The current versions of secrets, by the id of the secret. */
async function readCurrentVersions(
  { store }: Pick<AccessDeps, 'store'>,
  secrets: readonly SecretRow[],
): Promise<ReadonlyMap<string, SecretVersionRow>> {
  const ids = secrets.map(({ id, version }) => versionRowId(id, version));
  const where = { id: { in: ids } };
  const rows = await store.read({ from: 'secret_versions', where, damaged: 'blank' });
  return new Map(rows.map((row) => [row.secret_id, row]));
}

/** Shows a secret without its value. Problems: `not-found`. */
export async function getSecret(
  deps: AccessDeps,
  id: string,
  context: CallContext,
): Promise<Result<Secret, Problem>> {
  const found = await findSecret(deps, id, context);
  if (!found.ok) return found;
  const versions = await readCurrentVersions(deps, [found.value]);
  return ok(toSecret(found.value, versions.get(id)));
}

/** Lists secrets without their values. */
export async function listSecrets(
  deps: AccessDeps,
  input: ParsedInputOf<'secret.list'>,
  { principal }: CallContext,
): Promise<Result<Page<Secret>, Problem>> {
  const source = {
    operation: 'secret.list',
    from: 'secrets',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'sec',
  } as const;
  const page = await readList(deps, source, input);
  if (!page.ok) return page;
  const versions = await readCurrentVersions(deps, page.value.items);
  return ok(mapPage(page.value, (row) => toSecret(row, versions.get(row.id))));
}

/** Lists the versions of a secret without their values. Problems: `not-found`. */
export async function listSecretVersions(
  deps: AccessDeps,
  input: ParsedInputOf<'secret.versions'>,
  context: CallContext,
): Promise<Result<Page<SecretVersion>, Problem>> {
  const found = await findSecret(deps, input.id, context);
  if (!found.ok) return found;
  const { version } = found.value;
  const rows = await readSecretVersions(deps, input.id);
  const all = rows.map((row) => ({ id: row.id, ...toSecretVersion(row, version) }));
  const nowMs = deps.clock.nowMs();
  const page = listItems({ operation: 'secret.versions', input, nowMs }, all);
  return page.ok ? ok(mapPage(page.value, ({ id: _row, ...item }) => item)) : page;
}
