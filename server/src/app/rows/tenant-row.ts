import type { Tables } from '../../ports/tables/tables.ts';

/** The row of a new tenant with nothing but its name. */
export function newTenantRow(
  tenant: { readonly id: string; readonly name: string },
  made: { readonly atMs: number; readonly by: string },
): Tables['tenants'] {
  return {
    ...tenant,
    created_at_ms: made.atMs,
    is_platform: 0,
    description: null,
    features_json: null,
    revision: 1,
    created_by: made.by,
    updated_at_ms: made.atMs,
    updated_by: made.by,
  };
}
