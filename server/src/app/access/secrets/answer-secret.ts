/** Secrets and their versions as answers carry them: never a value. */
import { type Secret, SecretScope, type SecretVersion } from '@novacron/contract/access/secret';
import { SecretId, TenantId } from '@novacron/contract/ids';
import type { SecretRow, SecretVersionRow } from '../../../ports/tables/tenant-rows.ts';
import { damagedRow } from '../../rows/damaged-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Where a secret may go to. @throws damagedRow */
export function scopeOf(row: SecretRow): SecretScope {
  const scope = SecretScope.safeParse(parseStored(row.allowed_json));
  if (!scope.success) throw damagedRow(row.id, 'allowed_json does not say where it may go to');
  return scope.data;
}

/** A secret without its value. @throws damagedRow */
export function toSecret(row: SecretRow): Secret {
  return {
    id: SecretId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    name: row.name,
    description: row.description,
    version: row.version,
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
  const isErased = row.value_sealed === null;
  const state = row.version === current ? 'current' : 'previous';
  return {
    version: row.version,
    state: isErased ? 'deleted' : state,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    deleted_at: row.deleted_at_ms === null ? null : toTimestamp(row.deleted_at_ms),
    deleted_by: row.deleted_by,
  };
}
