/** Tenants: who owns resources, how much of them, and what they may be without. */
import { z } from 'zod';
import { keysOf, mapOf, tableOf } from '../closed-table.ts';
import { TenantId } from '../ids.ts';
import { RESOURCE_QUOTAS } from '../kinds/resource-kinds.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';
import type { QuotaRow } from '../schema/resource-definition.ts';
import { FeatureSettings } from './feature.ts';

/** Every quota: those of each kind of resource, and those of what belongs to no kind. */
export const QUOTAS = {
  ...RESOURCE_QUOTAS,
  image_gb: {
    description: 'Images uploaded for templates and volumes, from their first part on',
    unit: 'GB',
  },
  terraform_state_gb: {
    description: 'States of Terraform with all of their versions',
    unit: 'GB',
  },
  metric_series: { description: 'Series of metrics that the tenant writes' },
  api_keys: { description: 'API keys' },
  roles: { description: 'Roles of the tenant' },
  secrets: { description: 'Secrets' },
  notification_channels: { description: 'Notification channels' },
} as const satisfies Record<string, QuotaRow>;

/** Names a quota. */
export type QuotaName = keyof typeof QUOTAS;

const QUOTA_NAMES = keysOf(QUOTAS);

/** All names, in the table's order. */
export function quotaNames(): readonly QuotaName[] {
  return QUOTA_NAMES;
}

/** A larger number is not a limit. */
const QUOTA_MAX = 1_000_000_000;

function shapeOf<Value extends z.ZodType>(toSchema: (words: string) => Value) {
  return tableOf(QUOTA_NAMES, (name) => {
    const { description, unit }: QuotaRow = QUOTAS[name];
    return toSchema(unit === undefined ? description : `${description}. Unit: ${unit}.`);
  });
}

/** Quotas in a request: absent leaves a quota unchanged, null removes the limit. */
export const QuotaChoice = z.strictObject(
  shapeOf((words) => z.int().min(0).max(QUOTA_MAX).nullish().describe(words)),
);
export type QuotaChoice = z.infer<typeof QuotaChoice>;

/** All quotas of a tenant as policies read them; null: no limit. */
export const QuotaSettings = z.strictObject(
  shapeOf((words) => z.int().min(0).max(QUOTA_MAX).nullable().describe(words)),
);

/**
 * Quotas as a configuration sets them, by name. A map, not an object: of an object Terraform drops
 * misspelt keys, and the quota would have no limit.
 */
export const QuotaLimits = mapOf(QUOTA_NAMES, z.int().min(0).max(QUOTA_MAX).nullable());

/** Every quota with what it limits, for descriptions: `vms` (VMs), `networks` (Networks). */
export function describeQuotas(): string {
  const entries = QUOTA_NAMES.map((name) => {
    const { description, unit }: QuotaRow = QUOTAS[name];
    return `\`${name}\` (${unit === undefined ? description : `${description}; unit: ${unit}`})`;
  });
  return entries.join(', ');
}

/** The quotas of a tenant as answers carry them; null where there is no limit. */
export const Quotas = z.looseObject(shapeOf((words) => z.int().nullable().describe(words)));
export type Quotas = z.infer<typeof Quotas>;

/** Usage of each quota. */
export const Usage = z.looseObject(shapeOf((words) => z.number().describe(words)));
export type Usage = z.infer<typeof Usage>;

/** Longest text that says what a tenant or a role is for. Unit: characters. */
const DESCRIPTION_LENGTH_MAX = 512;

/** Purpose of a tenant or a role. */
export const Purpose = z.string().max(DESCRIPTION_LENGTH_MAX);

/** A tenant as answers carry it. */
export const Tenant = z.looseObject({
  id: TenantId,
  name: ResourceName,
  description: z.string().nullable(),
  platform: z
    .boolean()
    .describe('Whether it is the first tenant, whose administrators operate NovaCron'),
  quotas: Quotas.describe('Limits of the tenant; null: no limit'),
  usage: Usage.describe('Usage per quota, including what running operations reserve'),
  features: FeatureSettings,
  revision: z.int().describe('Increases with each change; the ETag'),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type Tenant = z.infer<typeof Tenant>;
