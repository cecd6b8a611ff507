/** The rows about tenants: who they are, what they have and may have, their roles and secrets. */
import { type QuotaName, quotaNames } from '@novacron/contract/access/tenant';

/** A row of `tenants`. */
export interface TenantRow {
  readonly id: string;
  readonly name: string;
  readonly created_at_ms: number;
  /** 1 for the first tenant, whose people run NovaCron; 0 for every other. */
  readonly is_platform: number;
  readonly description: string | null;
  /** Flags that are not as by default; null where all are. */
  readonly features_json: string | null;
  readonly revision: number;
  /** null in rows of the first release. */
  readonly created_by: string | null;
  readonly updated_at_ms: number | null;
  readonly updated_by: string | null;
}

/** Quotas whose counters have a smaller unit, so that they add up. */
const COUNTERS = {
  memory_gb: 'memory_mib',
  image_gb: 'image_mib',
  terraform_state_gb: 'terraform_state_bytes',
} as const satisfies { readonly [Name in QuotaName]?: string };

type Finer = typeof COUNTERS;

/** Names what is counted: what each quota limits. */
export type Counted = Exclude<QuotaName, keyof Finer> | Finer[keyof Finer];

/** The counter of a quota. */
export function counterOf(quota: QuotaName): Counted {
  if (quota === 'memory_gb' || quota === 'image_gb' || quota === 'terraform_state_gb') {
    return COUNTERS[quota];
  }
  return quota;
}

/** Counters of a tenant's usage. */
export const COUNTED: readonly Counted[] = quotaNames().map(counterOf);

/**
 * A row of `tenant_quotas`; the id is the tenant's. `…_used` moves in the commits that make and
 * remove what is counted, under the guard that it stays at or below `…_max`. Uploaded images are
 * files: `image_mib_used` is what was last counted of them.
 */
export type TenantQuotaRow = { readonly id: string } & {
  readonly [Name in Counted as `${Name}_max` | `${Name}_used`]: number;
};

/** A row of `roles`: one that a tenant made. */
export interface RoleRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly description: string | null;
  /** Patterns over the operations table. */
  readonly operations_json: string;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}

/** A row of `secrets`. */
export interface SecretRow {
  readonly id: string;
  readonly tenant_id: string;
  /** Unique in the tenant. */
  readonly name: string;
  readonly description: string | null;
  /** Permitted destinations, as JSON of `SecretScope`. */
  readonly allowed_json: string;
  /** The version of the current value. */
  readonly version: number;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}

/** A row of `secret_versions`: a value that a secret has or had. */
export interface SecretVersionRow {
  /** Secret and version joined by `/`, the version with nine digits. */
  readonly id: string;
  readonly tenant_id: string;
  readonly secret_id: string;
  readonly version: number;
  /** Sealed where the store seals; null once it is erased, and where Vault has it. */
  readonly value_sealed: string | null;
  /** Location of the value in Vault, as JSON of `VaultSource`; null if the store has the value. */
  readonly vault_json: string | null;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly deleted_at_ms: number | null;
  readonly deleted_by: string | null;
}
