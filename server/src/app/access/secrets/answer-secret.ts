/** Secrets and their versions as answers carry them: never a value. */
import {
  type Secret,
  SecretScope,
  type SecretVersion,
  VaultSource,
} from '@novacron/contract/access/secret';
import { SecretId, TenantId } from '@novacron/contract/ids';
import type { z } from 'zod';
import type { SecretRow, SecretVersionRow } from '../../../ports/tables/tenant-rows.ts';
import { damagedRow, parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Returns the destinations that a secret may go to. @throws damagedRow */
export function scopeOf(row: SecretRow): SecretScope {
  const scope = SecretScope.safeParse(parseStored(row.allowed_json));
  if (!scope.success) throw damagedRow(row.id, 'allowed_json does not contain valid destinations');
  return scope.data;
}

/**
 * Returns the location of a version's value in Vault; null: the store has it. @throws damagedRow
 */
export function sourceOf({ id, vault_json: json }: SecretVersionRow): StoredSource | null {
  if (json === null) return null;
  const source = StoredSource.safeParse(parseStored(json));
  if (!source.success) throw damagedRow(id, 'vault_json does not contain a valid location');
  return source.data;
}

const StoredSource = VaultSource.required();
/** A value in Vault, of one version of its entry. */
export type StoredSource = z.infer<typeof StoredSource>;

/** A secret without its value. @param current - its current version @throws damagedRow */
export function toSecret(row: SecretRow, current: SecretVersionRow | undefined): Secret {
  return {
    id: SecretId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    name: row.name,
    description: row.description,
    version: row.version,
    vault: current === undefined ? null : sourceOf(current),
    allowed: { ...scopeOf(row) },
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  };
}

/** A version without its value. @param current - the number of the current version */
export function toSecretVersion(row: SecretVersionRow, current: number): SecretVersion {
  const isErased = row.deleted_at_ms !== null;
  const state = row.version === current ? 'current' : 'previous';
  return {
    version: row.version,
    state: isErased ? 'deleted' : state,
    vault: sourceOf(row),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    deleted_at: row.deleted_at_ms === null ? null : toTimestamp(row.deleted_at_ms),
    deleted_by: row.deleted_by,
  };
}
