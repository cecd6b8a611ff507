/** The rows of the operations table about what resources have cost, and will cost. */
import { z } from 'zod';
import { Moment } from '../formats/read-moment.ts';
import { TenantId } from '../ids.ts';
import { Selector } from '../operation/listing.ts';
import { look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';

/** More lines are not read by anyone, and each is kept in memory. */
export const COST_LINES_MAX = 20_000;

/** Resources of a comparison: those with the largest difference. */
export const COST_CHANGES_MAX = 200;

/** Groups of a report. */
const GROUPS_MAX = 6;

const GROUPS = /^(?:tenant|kind|resource|class|day|month|label:[A-Za-z0-9][A-Za-z0-9._/-]{0,62})$/;

const Month = z
  .string()
  .regex(/^20[0-9]{2}-(?:0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
  .optional();

const Group = z
  .string()
  .regex(GROUPS, 'must be tenant, kind, resource, class, day, month or label:NAME');

const period = {
  month: Month.describe('Calendar month in UTC, such as 2026-11. Default: the current month'),
  from: Moment.optional().describe(
    'Start of the period, instead of a month: RFC 3339, or a duration before now: 7d',
  ),
  to: Moment.optional().describe('End of the period, not included. Default: now'),
} as const;

const selection = {
  labels: Selector.optional().describe('Label selector: only resources with these labels'),
  tenant_id: TenantId.optional().describe(
    'Only this tenant, also one that is deleted; only for the platform, which sees all tenants',
  ),
} as const;

const amount = z.number();

const currency = z
  .string()
  .nullable()
  .describe('Currency of all amounts, an ISO 4217 code; null without price lists');

const damaged = z
  .array(z.string())
  .describe('Ids of damaged records of the ledger, which are not in the amounts');

const explanation = z.array(z.string()).describe('Explanation in lines for people');

const unknown_hours = z
  .number()
  .describe('Hours whose price is not known; they are not in the amounts');

const Period = z.looseObject({ from: Timestamp, to: Timestamp });

/** A line of a report. Only what the report is grouped by is there. */
export const CostLine = z.looseObject({
  tenant_id: TenantId.optional(),
  tenant: z.string().nullable().optional().describe('Name of the tenant; null: it is deleted'),
  kind: z.string().optional().describe('vm, standby, reservation, volume, snapshot or image'),
  resource_id: z.string().optional(),
  resource: z.string().optional().describe('Latest name of the resource'),
  class: z
    .string()
    .nullable()
    .optional()
    .describe('Class of nodes, instance type or type of volume'),
  day: z.string().optional().describe('Day in UTC, such as 2026-11-30'),
  month: z.string().optional().describe('Month in UTC, such as 2026-11'),
  labels: z
    .record(z.string(), z.string().nullable())
    .optional()
    .describe('Values of the labels of the grouping; of a resource all its labels'),
  amount: amount.describe('Cost; the amounts of all lines add up to the total'),
  hours: z.number().describe('Charged hours'),
  unknown_hours,
});
export type CostLine = z.infer<typeof CostLine>;

/** A report. */
export const CostReport = z.looseObject({
  period: Period,
  currency,
  group_by: z.array(z.string()),
  lines: z.array(CostLine),
  total: amount.describe('Cost of the period'),
  hours: z.number().describe('Charged hours'),
  unknown_hours,
  damaged,
  explanation,
});
export type CostReport = z.infer<typeof CostReport>;

const reasons = {
  new: amount.describe('Cost of resources that have no cost in the earlier period'),
  gone: amount.describe('Cost of resources that have no cost in the later period; negative'),
  resized: amount.describe('Difference by another size, with the prices of the resize'),
  repriced: amount.describe('Difference by other prices of the same size'),
  hours: amount.describe('Difference by more or fewer hours, or hours in another state'),
} as const;

/** A resource whose cost differs. */
const CostChange = z.looseObject({
  resource_id: z.string(),
  resource: z.string(),
  kind: z.string(),
  tenant_id: TenantId,
  before: amount,
  after: amount,
  reasons: z.looseObject(reasons).partial(),
});

/** Two periods beside each other. */
export const CostComparison = z.looseObject({
  before: Period.extend({ total: amount }),
  after: Period.extend({ total: amount }),
  currency,
  difference: amount,
  reasons: z.looseObject(reasons).describe('Parts of the difference, which add up to it'),
  changes: z
    .array(CostChange)
    .describe(`Resources whose cost differs, at most ${COST_CHANGES_MAX}, the largest first`),
  omitted: z.int().describe('Number of further resources whose cost differs'),
  unknown_hours,
  damaged,
  explanation,
});
export type CostComparison = z.infer<typeof CostComparison>;

/** Forecast of one month. */
const MonthForecast = z.looseObject({
  month: z.string().describe('Month in UTC, such as 2026-11'),
  spent: amount.describe('Cost so far'),
  expected: amount.describe('Cost so far, and the rate now for the hours that are left'),
  lower: amount.nullable().describe('Lower end of the range; null after too few days'),
  upper: amount.nullable().describe('Upper end of the range; null after too few days'),
  explanation,
});

/** Forecast of this month and the next. */
export const CostForecast = z.looseObject({
  currency,
  rate_per_hour: amount.describe('Cost of all resources per hour, now'),
  unknown_rates: z.int().describe('Number of resources whose price is not known'),
  months: z.array(MonthForecast).describe('The current month, then the next'),
  method: z.string(),
  damaged,
});
export type CostForecast = z.infer<typeof CostForecast>;

/** The rows by name. */
export const costOperations = {
  'cost.report': {
    ...look,
    summary: 'Reports what resources have cost in a period, grouped.',
    rest: { method: 'GET', path: '/costs/report', status: 200 },
    input: z.strictObject({
      ...period,
      group_by: z
        .array(Group)
        .max(GROUPS_MAX)
        .default(['kind'])
        .describe('Groups: tenant, kind, resource, class, day, month, label:NAME'),
      ...selection,
    }),
    output: CostReport,
    problems: [],
  },
  'cost.forecast': {
    ...look,
    summary: 'Forecasts the cost of this month and the next.',
    rest: { method: 'GET', path: '/costs/forecast', status: 200 },
    input: z.strictObject(selection),
    output: CostForecast,
    problems: [],
  },
  'cost.compare': {
    ...look,
    summary: 'Compares the cost of two periods: which resources differ, and why.',
    rest: { method: 'GET', path: '/costs/comparison', status: 200 },
    input: z.strictObject({
      ...period,
      before_month: Month.describe('Earlier month. Default: the month before'),
      before_from: Moment.optional().describe(
        'Start of the earlier period, instead of a month. Default: the period just before the ' +
          'later one, of the same length',
      ),
      before_to: Moment.optional().describe('End of the earlier period, not included'),
      ...selection,
    }),
    output: CostComparison,
    problems: [],
  },
} as const;
