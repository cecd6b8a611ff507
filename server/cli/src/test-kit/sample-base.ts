/** Building blocks of the sample world: ids, times and the shapes of its tables. */
import type { ApiKey } from '@novacron/contract/access/identity';
import type { OperationName } from '@novacron/contract/operations-table/operations';

/** Values by the fields' names, as JSON carries them. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** Resources of the world by noun. */
export type Samples = Readonly<Record<string, readonly JsonFields[]>>;

/** Answers by operation. */
export type Answers = Partial<Readonly<Record<OperationName, JsonFields>>>;

const SUFFIX = '01jd3v6t7re3h8z9k2m4n5p6q';

/** An id of the world: the same prefix and number give the same id. */
export function sampleId(prefix: string, number = 7): string {
  return `${prefix}_${SUFFIX}${number}`;
}

/** Time of all events in the sample world. */
export const AT = '2026-01-02T03:04:05.000Z';

/** Fields of every resource. */
export const COMMON = {
  tenant_id: sampleId('tnt'),
  revision: 3,
  schema_version: 1,
  desired_revision: '0123456789abcdef',
  created_at: AT,
  created_by: 'admin',
  updated_at: AT,
  updated_by: 'terraform',
};

/** An API key, without its ids. */
export const KEY: Omit<ApiKey, 'id' | 'tenant_id'> = {
  name: 'ci',
  role: 'operator',
  created_at: AT,
  expires_at: AT,
};

/** A list that has no more pages. */
export const lastPage = (items: readonly unknown[]) => ({ items, next_cursor: null });
