/** Improvements of a fleet: plans of migrations, their effort, what they cost and bring. */
import { z } from 'zod';
import { VmId } from '../ids.ts';

/** Goal of a plan. */
export const ImprovementGoalName = z.enum([
  'drain',
  'rebalance',
  'consolidate',
  'defragment',
  'reduce_cost',
]);

/** Whether N+1 is kept. */
export const FailoverRule = z.enum(['keep', 'ignore']);

const vmName = z.string().nullable().describe('Name of the VM; null for one of another tenant');

/** One migration of a plan. */
const ImprovementMove = z.looseObject({
  vm_id: VmId,
  vm: vmName,
  from: z.string().describe('Source node'),
  to: z.string().describe('Target node'),
  manner: z.enum(['live', 'cold']).describe('`cold`: the VM is stopped, and stays stopped'),
  memory_gb: z.number().describe('Memory to copy: none of a VM that is stopped. Unit: GB.'),
  imbalance_after: z.number().describe('Imbalance of the fleet after the move'),
});

/** Summary of a fleet's balance. */
const FleetSummary = z.looseObject({
  imbalance: z
    .number()
    .describe('Weighted sum of the standard deviations of node usage; 0 is even'),
  nodes_in_use: z.int().describe('Nodes with VMs'),
  slots: z
    .int()
    .describe("Number of further VMs that fit, of the requested size or of the largest VM's size"),
  unguarded: z.array(z.string()).describe('Nodes whose VMs could not restart elsewhere'),
});

/** A plan as answers carry it. */
export const ImprovementPlan = z.looseObject({
  goal: ImprovementGoalName,
  moves: z.array(ImprovementMove).describe('Moves in the order of their execution'),
  emptied: z.array(z.string()).describe('Nodes without VMs after the moves'),
  left: z
    .array(z.looseObject({ vm_id: VmId, vm: vmName, why: z.string() }))
    .describe('VMs that should move but cannot'),
  before: FleetSummary,
  after: FleetSummary,
  effort: z.looseObject({
    memory_gb: z.number().describe('Memory to copy. Unit: GB.'),
    duration_seconds: z.number().describe('Estimated time at 500 MiB/s. Unit: seconds.'),
  }),
  cost: z
    .looseObject({
      currency: z.string().nullable().describe('ISO 4217 code; null without a price list'),
      savings_per_hour: z
        .number()
        .nullable()
        .describe(
          'Decrease of what the nodes with VMs cost per hour; negative: they cost more; null: ' +
            'not known',
        ),
      moves: z.number().nullable().describe('What the moves cost, once; null: not known'),
      payback_hours: z
        .number()
        .nullable()
        .describe('Time until the savings have paid for the moves. Unit: hours; null: never'),
      unknown: z.string().nullable().describe('Why the savings are not known; null: they are'),
    })
    .describe('Costs of nodes to their operator, by the price list; tenants pay the same'),
  explanation: z.array(z.string()).describe('Explanation in lines for people'),
});
export type ImprovementPlan = z.infer<typeof ImprovementPlan>;
