/** API keys as answers carry them. */
import type { ApiKey } from '@novacron/contract/access/identity';
import { ApiKeyId, TenantId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Tables } from '../../../ports/tables/tables.ts';
import { parseList } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** A key as answers carry it. */
export function toApiKey(row: Tables['api_keys']): ApiKey {
  const states = statesOfKey(row);
  return {
    id: ApiKeyId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    name: row.name,
    role: row.role,
    person: row.person,
    prefix: row.secret_prefix,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    terraform_states: states === undefined ? null : [...states],
    expires_at: row.expires_at_ms === null ? null : toTimestamp(row.expires_at_ms),
    last_used_at: row.last_used_at_ms === null ? null : toTimestamp(row.last_used_at_ms),
  };
}

/** The only states of Terraform that a key may use; undefined where it may use all. */
export function statesOfKey({
  terraform_states_json: text,
}: Tables['api_keys']): readonly string[] | undefined {
  // A list that cannot be read allows none.
  return text === null ? undefined : (parseList<string>(text) ?? []);
}

/** The name of a new key belongs to another key of its tenant. */
export function keyNameTaken(name: string): Problem {
  return problem('name-taken', {
    detail: `An API key named ${name} exists already.`,
    remedy: 'Choose another name, or revoke the existing key first.',
    fields: [{ path: ['name'], message: 'is the name of another API key' }],
  });
}
