/** Tenant quotas: charged in the commits that create resources, refunded in those that end them. */

import {
  type QuotaChoice,
  type QuotaName,
  type Quotas,
  quotaNames,
} from '@novacron/contract/access/tenant';
import { tableOf } from '@novacron/contract/closed-table';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Amounts } from '@novacron/engine/placement/place/model/placement';
import { z } from 'zod';
import type { ChangeSet } from '../../../ports/store.ts';
import {
  COUNTED,
  type Counted,
  counterOf,
  type TenantQuotaRow,
} from '../../../ports/tables/tenant-rows.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { damagedRow } from '../../rows/parse-stored.ts';
import { replan } from '../../rows/resource-problems.ts';

/** The stored limit of an unlimited quota: no sum of a store reaches it. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

const MIB_PER_GB = 1024;
const BYTES_PER_GB = 1_073_741_824;

/** Decimal places shown for GB that are counted in MiB. Unit: digits. */
export const GB_DECIMALS = 2;

/** Units of the counter in one of the quota, where they differ. */
const UNITS_PER: { readonly [Name in QuotaName]?: number } = {
  memory_gb: MIB_PER_GB,
  image_gb: MIB_PER_GB,
  terraform_state_gb: BYTES_PER_GB,
};

/** The amounts to charge, negative for a refund. */
export type Charge = { readonly [Name in Counted]?: number };

/** The counter behind a quota, and how many of its units make one of the quota's. */
function countOf(quota: QuotaName): { readonly counted: Counted; readonly per: number } {
  return { counted: counterOf(quota), per: UNITS_PER[quota] ?? 1 };
}

/** The input field that uses a quota; the whole input where it adds one more resource. */
const FIELD_OF: Partial<Readonly<Record<QuotaName, string>>> = {
  cpu_cores: 'cpu_cores',
  memory_gb: 'memory_gb',
  disk_gb: 'disk_gb',
  volume_gb: 'size_gb',
};

/** The charge of VMs. */
export function chargeOfVms(count: number, amounts: Amounts): Charge {
  const { cpuCores, memoryMib, diskGb } = amounts;
  return { vms: count, cpu_cores: cpuCores, memory_mib: memoryMib, disk_gb: diskGb };
}

/** The charge of a snapshot: as much space as its volume has. */
export function chargeOfSnapshot({ size_gb }: { readonly size_gb: number }): Charge {
  return { snapshots: 1, volume_gb: size_gb };
}

/** The guarded change that charges a tenant: no concurrent requests exceed a limit together. */
export function chargeTenant(tenantId: string, charge: Charge): ChangeSet {
  const counted = COUNTED.filter((name) => (charge[name] ?? 0) !== 0);
  if (counted.length === 0) return [];
  return [
    {
      kind: 'add',
      table: 'tenant_quotas',
      id: tenantId,
      by: counted.map((name) => {
        const amount = charge[name] ?? 0;
        const limit = amount > 0 ? ({ limit: `${name}_max` } as const) : {};
        // After a refund more can be in use than a quota that was lowered meanwhile.
        return { column: `${name}_used` as const, amount, ...limit };
      }),
      otherwise: replan('What the tenant has'),
    },
  ];
}

/** Charges a tenant for as long as the write stands. */
export function planCharge(
  tenantId: string,
  charge: Charge,
): { readonly reserve: ChangeSet; readonly rollback: ChangeSet } {
  return { reserve: chargeTenant(tenantId, charge), rollback: refundTenant(tenantId, charge) };
}

/** The opposite change: refunds a charge. */
export function refundTenant(tenantId: string, charge: Charge): ChangeSet {
  const back = COUNTED.map((name) => [name, -(charge[name] ?? 0)] as const);
  return chargeTenant(tenantId, Object.fromEntries(back));
}

/** Charges again what a failed operation took from a tenant, regardless of limits. */
export function rechargeTenant(tenantId: string, charge: Charge): ChangeSet {
  return chargeTenant(tenantId, charge).map((change) =>
    change.kind === 'add' && change.table === 'tenant_quotas'
      ? { ...change, by: change.by.map(({ column, amount }) => ({ column, amount })) }
      : change,
  );
}

/** Refuses a charge beyond the tenant's quotas, and of damaged counts; undefined when it fits. */
export function checkQuota(row: TenantQuotaRow | undefined, charge: Charge): Problem | undefined {
  if (row === undefined) return notCounted();
  const damaged = COUNTED.find((name) => (charge[name] ?? 0) > 0 && row[`${name}_used`] < 0);
  if (damaged !== undefined) return damagedRow(row.id, `${damaged}_used is below 0`).problem;
  const exceeded = quotaNames().flatMap((quota) => {
    const { counted, per } = countOf(quota);
    const asked = charge[counted] ?? 0;
    // Most quotas are not charged: their column names need not be built.
    if (asked <= 0) return [];
    const [used, limit] = [row[`${counted}_used`], row[`${counted}_max`]];
    if (used + asked <= limit) return [];
    return [{ quota, limit: limit / per, used: used / per, asked: asked / per }];
  });
  return exceeded.length === 0 ? undefined : quotaExceeded(exceeded);
}

/**
 * Whether a request that exceeds a quota would fit if a resource were deleted first.
 * @param found - a `quota-exceeded` problem of `checkQuota`
 */
export function fitsWithout(
  found: Problem,
  { kind, desired }: { readonly kind: ResourceKind; readonly desired: FieldValues },
): boolean {
  const read = ExceededQuotas.safeParse(found.data?.exceeded);
  if (!read.success) return false;
  const counted: Readonly<Record<string, unknown>> = RESOURCE_DEFINITIONS[kind].quotas;
  return read.data.every(({ quota, limit, used, asked }) => {
    const field = FIELD_OF[quota];
    const freed = field === undefined ? Number(quota in counted) : Number(desired[field] ?? 0);
    return used - freed + asked <= limit;
  });
}

/** The quotas that a request exceeds, in their units. */
const ExceededQuotas = z.array(
  z.object({ quota: z.enum(quotaNames()), limit: z.number(), used: z.number(), asked: z.number() }),
);
type Exceeded = z.infer<typeof ExceededQuotas>[number];

function quotaExceeded(exceeded: readonly Exceeded[]): Problem {
  const words = exceeded.map(
    ({ quota, limit, used, asked }) =>
      `${quota}: ${used} of ${limit} used, ${asked} more requested`,
  );
  const enough = exceeded.map(({ quota, used, asked }) => `${quota}=${used + asked}`);
  return problem('quota-exceeded', {
    detail: `The request exceeds the quota of the tenant (${words.join('; ')}).`,
    remedy:
      'Request less, delete unused resources, or ask the operators of NovaCron to raise the ' +
      `quota: novacron tenant update TENANT --quotas ${enough.join(' --quotas ')}`,
    fields: exceeded.map(({ quota, limit, used, asked }) => ({
      path: FIELD_OF[quota] === undefined ? [] : [FIELD_OF[quota]],
      message: `the quota ${quota} is ${limit}: ${used} are used and ${asked} more are requested`,
    })),
    data: { exceeded: exceeded.map((each) => ({ ...each })) },
  });
}

function notCounted(): Problem {
  return problem('unavailable', {
    detail: 'The usage of the tenant has not been counted yet, or the tenant is being deleted.',
    remedy: 'Send the request again in a moment; a server counts usage when it starts.',
  });
}

/** Usage of each quota, in the units of quotas. */
export function usageOf(row: TenantQuotaRow): { [Name in QuotaName]: number } {
  return mapQuotas(({ counted, per }) => row[`${counted}_used`] / per);
}

/** The limits, null where a quota is unlimited. */
export function quotasOf(row: TenantQuotaRow): Quotas {
  return mapQuotas(({ counted, per }) => {
    const max = row[`${counted}_max`];
    return max === UNLIMITED ? null : max / per;
  });
}

function mapQuotas<Value>(
  toValue: (count: { readonly counted: Counted; readonly per: number }) => Value,
): { [Name in QuotaName]: Value } {
  return tableOf(quotaNames(), (name) => toValue(countOf(name)));
}

/** The limit columns of the quotas that a request sets. */
export function limitColumns(quotas: QuotaChoice): Partial<TenantQuotaRow> {
  const columns = quotaNames().flatMap((name) => {
    const { counted, per } = countOf(name);
    const quota = quotas[name];
    if (quota === undefined) return [];
    return [[`${counted}_max`, quota === null ? UNLIMITED : quota * per] as const];
  });
  return Object.fromEntries(columns);
}

/** The quota row of a tenant with this usage and no limits. */
export function newQuotaRow(tenantId: string, used: Charge): TenantQuotaRow {
  const columns = COUNTED.flatMap((name) => [
    [`${name}_used`, used[name] ?? 0] as const,
    [`${name}_max`, UNLIMITED] as const,
  ]);
  // The loop covers exactly the names that the type lists.
  return { id: tenantId, ...Object.fromEntries(columns) } as TenantQuotaRow;
}
