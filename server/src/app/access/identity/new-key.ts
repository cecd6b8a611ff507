import type { Tables } from '../../../ports/tables/tables.ts';
import type { AccessDeps } from '../deps.ts';
import { hashSecret } from './hash-secret.ts';
import { makeSecret, secretPrefixOf } from './key-secret.ts';

/** Properties of a new key. */
interface KeyPlan {
  readonly tenantId: string;
  readonly name: string;
  readonly role: string;
  readonly atMs: number;
  /** Name of the principal that creates it. */
  readonly by: string;
  /** User of the key; null: the person with the name of the key. */
  readonly person: string | null;
  /** Persons through whose keys or sessions it is made; null: it is a key of the setup. */
  readonly makers: readonly string[] | null;
  /** The only states of Terraform that it may use; absent: all. */
  readonly terraformStates?: readonly string[] | undefined;
  /** Null where it does not expire. */
  readonly expiresAtMs: number | null;
}

/**
 * The row of a new API key.
 * @param secret - made by {@link makeSecret}; the row has only its hash and its first characters
 */
export function newKeyRow(
  { ids }: Pick<AccessDeps, 'ids'>,
  secret: string,
  { tenantId, name, role, atMs, by, person, makers, terraformStates, expiresAtMs }: KeyPlan,
): Tables['api_keys'] {
  return {
    id: ids.next('key'),
    tenant_id: tenantId,
    name,
    role,
    secret_hash: hashSecret(secret),
    created_at_ms: atMs,
    expires_at_ms: expiresAtMs,
    created_by: by,
    person,
    makers_json: makers === null ? null : JSON.stringify(makers),
    secret_prefix: secretPrefixOf(secret) ?? null,
    last_used_at_ms: null,
    terraform_states_json: terraformStates === undefined ? null : JSON.stringify(terraformStates),
  };
}

/** A new key with its secret, which is not stored. */
export function newKey(
  deps: Pick<AccessDeps, 'ids' | 'secretRandom'>,
  plan: KeyPlan,
): { readonly row: Tables['api_keys']; readonly secret: string } {
  const secret = makeSecret(deps);
  return { row: newKeyRow(deps, secret, plan), secret };
}
