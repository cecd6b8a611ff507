/** The rows of the operations table that compare ways to buy VMs. */
import { z } from 'zod';
import { VmId } from '../ids.ts';
import { VM_FIELDS } from '../kinds/vm/vm.ts';
import { look } from '../operation/operation-shapes.ts';

/** Hours of an average month: a year has 8,760. */
export const HOURS_PER_MONTH = 730;

const MONTHS_MAX = 120;

/** Ways to buy. */
const PurchaseKind = z.enum(['on_demand', 'spot', 'reserved']);

/** One way to buy a VM. */
export const PurchaseOptionShown = z.looseObject({
  kind: PurchaseKind,
  type: z.string().nullable().describe('Class of nodes, or instance type'),
  years: z.int().nullable().describe('Duration of the commitment; null: none. Unit: years'),
  upfront: z.number().describe('Price that is paid at the start of each term'),
  hourly: z.number().describe('Price per hour of use; of a reservation, per hour of its term'),
  total: z.number().describe('Cost of the whole period; a term that has begun is paid to its end'),
  savings: z.number().describe('Compared with on demand; negative: it costs more'),
  break_even_hours: z
    .number()
    .nullable()
    .describe('Hours of use per month from which it costs less than on demand; null: never'),
  break_even_months: z
    .number()
    .nullable()
    .describe('Months until its upfront price has paid off; null: not within its term'),
  risk: z.number().describe('Probability of an interruption within a month, 0 to 1'),
  trade_off: z.string().describe('What it gives up, or commits to'),
});
export type PurchaseOptionShown = z.infer<typeof PurchaseOptionShown>;

/** How to buy one VM. */
export const PurchaseItem = z.looseObject({
  vm_id: VmId.nullable().describe('null: the size in the request'),
  vm: z.string().nullable().describe('Name of the VM'),
  cpu_cores: z.number().describe('Unit: cores.'),
  memory_gb: z.number().describe('Unit: GB.'),
  hours_per_month: z.number().describe('Use per month: as requested, or as in the last 30 days'),
  options: z.array(PurchaseOptionShown).describe('Ways to buy it, the cheapest first'),
  explanation: z.array(z.string()).describe('Explanation in lines for people'),
});
export type PurchaseItem = z.infer<typeof PurchaseItem>;

/** Ways to buy VMs, compared. */
export const PurchaseAdvice = z.looseObject({
  price_list: z.string().describe('Name of the price list in force'),
  currency: z.string().describe('Currency of all amounts, an ISO 4217 code'),
  months: z.int().describe('Period that costs are compared for. Unit: months'),
  on_demand_total: z.number().describe('Cost of all VMs on demand'),
  cheapest_total: z.number().describe('Cost of all VMs, each bought in the cheapest way'),
  items: z.array(PurchaseItem).describe('VMs with the largest savings first'),
  vms_left_out: z.int().describe('Number of further VMs that are in the totals only'),
});
export type PurchaseAdvice = z.infer<typeof PurchaseAdvice>;

/** The rows by name. */
export const purchaseOperations = {
  'cost.advise': {
    ...look,
    summary:
      'Compares on-demand, spot and reserved prices for a size, or for your VMs as they were ' +
      'used in the last 30 days.',
    rest: { method: 'POST', path: '/costs/advise', status: 200 },
    input: z.strictObject({
      cpu_cores: VM_FIELDS.cpu_cores.schema
        .optional()
        .describe('CPU cores of the VM; absent, with memory_gb: your VMs. Unit: cores.'),
      memory_gb: VM_FIELDS.memory_gb.schema.optional().describe('Memory of the VM. Unit: GB.'),
      hours_per_month: z
        .number()
        .min(0)
        .max(HOURS_PER_MONTH)
        .default(HOURS_PER_MONTH)
        .describe('Hours of use per month of the given size; 730 is always'),
      months: z
        .int()
        .min(1)
        .max(MONTHS_MAX)
        .default(36)
        .describe('Period that costs are compared for. Unit: months.'),
      spot_risk_max: z
        .number()
        .min(0)
        .max(1)
        .default(0.2)
        .describe('Highest accepted probability that a spot VM is interrupted within a month'),
    }),
    output: PurchaseAdvice,
    problems: ['not-found'],
  },
} as const;
