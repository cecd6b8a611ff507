/** The capacity plan: when resources of the fleet run out, and what is recommended. */
import { z } from 'zod';
import { Timestamp } from '../schema/resource.ts';

/** Expected use at a time. */
const ExpectedUse = z.looseObject({
  at: Timestamp,
  point: z.number().describe('Expected use'),
  lower: z.number().describe('Lower end of the 80 % interval'),
  upper: z.number().describe('Upper end of the 80 % interval'),
});

/** When a resource runs out. */
const RunOut = z.looseObject({
  state: z
    .enum(['reached', 'expected', 'not_within_90_days', 'not_known'])
    .describe(
      '`reached`: nothing is left; `expected`: it may run out within 90 days; ' +
        '`not_within_90_days`: the whole interval lies beyond; `not_known`: there is too little ' +
        'history, or the metric stopped',
    ),
  at: Timestamp.nullable().describe('Expected time; null: beyond 90 days, or not known'),
  earliest: Timestamp.nullable().describe('Begin of the 80 % interval'),
  latest: Timestamp.nullable().describe('End of the 80 % interval; null: beyond 90 days'),
});

/** A way to follow a recommendation. */
const CapacityAlternative = z.looseObject({
  node_class: z
    .string()
    .nullable()
    .describe('Class of the nodes; null: nodes like the current ones, or not a matter of nodes'),
  count: z.int().describe('Number of nodes to add; 1 for what nodes do not provide'),
  amount: z.number().describe('What it adds, in the unit of the resource'),
  order_by: Timestamp.nullable().describe(
    'Latest time to order: begin of the run-out interval less the lead time; null: no run-out is ' +
      'expected',
  ),
  price_per_hour: z.number().nullable().describe('Price of all of it; null: not known'),
});

/** What to do about a resource. */
const CapacityRecommendation = z.looseObject({
  type: z.enum(['scale_up', 'scale_down', 'maintain', 'rebalance']),
  priority: z.enum(['critical', 'high', 'medium', 'low']),
  current_capacity: z.number(),
  recommended_capacity: z.number(),
  recommended_instances: z
    .int()
    .nullable()
    .describe('Nodes that the resource then has; null for what nodes do not provide'),
  reason: z.string(),
  alternatives: z.array(CapacityAlternative),
  risk: z.string().describe('What happens if nothing is done'),
});

/** A resource with its forecast and a recommendation. Amounts are in its unit. */
export const PlannedResource = z.looseObject({
  id: z.string().describe('Target and name of the resource, such as zone:a/cpu_allocated'),
  scope: z
    .enum([
      'fleet',
      'zone',
      'node_class',
      'storage_pool',
      'server',
      'network',
      'vm_group',
      'tenant',
    ])
    .describe('What the resource belongs to; `server`: disks of the server itself'),
  scope_name: z.string().describe('Name of the zone, class, storage pool, network or tenant'),
  metric: z.string().describe('Name of the resource, such as cpu_allocated'),
  unit: z.string(),
  capacity: z.number().describe('What can be used, nodes on standby included'),
  standby: z.number().describe('The part of the capacity that nodes on standby have'),
  use: z.number(),
  bottleneck_since: Timestamp.nullable().describe(
    'Since when at least 95 % of the capacity has been used; null: it is not',
  ),
  run_out: RunOut,
  horizons: z
    .array(ExpectedUse)
    .describe('Expected use in 2 hours, 8 hours and 3 days; empty if it is not known'),
  peaks: z.array(z.number()).describe('Highest use of each of the last days, oldest first'),
  expected_peaks: z.array(z.number()).describe('Expected highest use of each of the next days'),
  upper_peaks: z.array(z.number()).describe('Upper end of the 80 % interval of each of these'),
  recommendation: CapacityRecommendation,
  explanation: z.array(z.string()).describe('Explanation in lines for people'),
});
export type PlannedResource = z.infer<typeof PlannedResource>;

/** The plan, the most urgent resources first. */
export const CapacityPlan = z.looseObject({
  planned_at: Timestamp.describe('When it was made; a plan is made every 15 minutes'),
  lead_time_days: z.number().describe('Time from the order of nodes to their use. Unit: days.'),
  resources: z.array(PlannedResource),
});
export type CapacityPlan = z.infer<typeof CapacityPlan>;
