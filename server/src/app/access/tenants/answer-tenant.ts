import type { Tenant } from '@novacron/contract/access/tenant';
import { TenantId } from '@novacron/contract/ids';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { TenantQuotaRow } from '../../../ports/tables/tenant-rows.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { newQuotaRow, quotasOf, usageOf } from '../quota/tenant-quota.ts';
import { featuresOf } from './tenant-access.ts';

/** A tenant as answers carry it; one that is not counted yet uses nothing. */
export function toTenant(row: Tables['tenants'], counted: TenantQuotaRow | undefined): Tenant {
  const quota = counted ?? newQuotaRow(row.id, {});
  const by = row.created_by ?? OWN_PRINCIPALS.novacron;
  return {
    id: TenantId.parse(row.id),
    name: row.name,
    description: row.description,
    platform: row.is_platform === 1,
    quotas: quotasOf(quota),
    usage: usageOf(quota),
    features: featuresOf(row),
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: by,
    updated_at: toTimestamp(row.updated_at_ms ?? row.created_at_ms),
    updated_by: row.updated_by ?? by,
  };
}
