/** Budgets: what the resources of a tenant may cost per hour and per month. */
import { z } from 'zod';
import { BudgetId, TenantId } from '../ids.ts';
import { newName } from '../schema/new-name.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';
import { amountUpTo } from './price-list.ts';

/** Sums up to this are exact in millionths of a currency. */
const LIMIT_MAX = 1_000_000_000;

const limit = amountUpTo(LIMIT_MAX);

const ratio = z.number().gt(0).max(1);

/** Values of a budget that sets none. */
export const BUDGET_DEFAULTS = { warn_ratio: 0.8, alert_ratio: 0.95, enforcement: 'warn' } as const;

/** What a budget does with requests that exceed it. */
export const BudgetEnforcement = z.enum(['warn', 'refuse']);

/** How much of a budget is used, in ascending order. */
export const BudgetLevel = z.enum(['ok', 'warn', 'alert', 'exceeded']);
export type BudgetLevel = z.infer<typeof BudgetLevel>;

const Description = z.string().max(1_000);

// Descriptions come last: `optional` would hide them.
const WORDS = {
  description: 'Free-form description',
  hourly_limit: 'Maximum cost per hour of all resources of the tenant',
  monthly_limit: 'Maximum cost per calendar month in UTC',
  warn_ratio: 'Part of a limit from which the level is `warn`',
  alert_ratio: 'Part of a limit from which the level is `alert`',
  enforcement: '`refuse` refuses requests that exceed a limit; `warn` only reports levels',
} as const;

/** Fields of a request to create a budget. */
export const BudgetCreate = z.strictObject({
  name: newName(ResourceName).describe('Name of the budget, unique'),
  tenant_id: TenantId.optional().describe('Tenant whose costs it limits. Default: your own'),
  description: Description.optional().describe(WORDS.description),
  hourly_limit: limit.optional().describe(WORDS.hourly_limit),
  monthly_limit: limit.optional().describe(WORDS.monthly_limit),
  warn_ratio: ratio.default(BUDGET_DEFAULTS.warn_ratio).describe(WORDS.warn_ratio),
  alert_ratio: ratio.default(BUDGET_DEFAULTS.alert_ratio).describe(WORDS.alert_ratio),
  enforcement: BudgetEnforcement.default(BUDGET_DEFAULTS.enforcement).describe(WORDS.enforcement),
});

/** Fields of a request to update a budget; null: none, or the default. */
export const BudgetUpdate = z.strictObject({
  description: Description.nullish().describe(WORDS.description),
  hourly_limit: limit.nullish().describe(WORDS.hourly_limit),
  monthly_limit: limit.nullish().describe(WORDS.monthly_limit),
  warn_ratio: ratio.nullish().describe(WORDS.warn_ratio),
  alert_ratio: ratio.nullish().describe(WORDS.alert_ratio),
  enforcement: BudgetEnforcement.nullish().describe(WORDS.enforcement),
});

/** A budget as answers carry it. */
export const Budget = z.looseObject({
  id: BudgetId,
  name: ResourceName,
  tenant_id: TenantId,
  description: z.string().nullable(),
  currency: z.string().nullable().describe('Currency of all amounts; null without a price list'),
  hourly_limit: z.number().nullable().describe('Maximum cost per hour; null: none'),
  monthly_limit: z.number().nullable().describe('Maximum cost per calendar month; null: none'),
  warn_ratio: z.number(),
  alert_ratio: z.number(),
  enforcement: BudgetEnforcement,
  level: BudgetLevel.describe('How much of it is used'),
  committed_per_hour: z
    .number()
    .describe('Cost per hour of all resources of the tenant, with stopped VMs as if they ran'),
  spent_this_month: z.number().describe('Charges since the month began in UTC'),
  projected_this_month: z
    .number()
    .describe('Charges of the whole month if `committed_per_hour` is charged until its end'),
  revision: z.int().describe('Increases with each change; the ETag'),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type Budget = z.infer<typeof Budget>;
