/** Improvements of a fleet: plans of live migrations, with their cost and what they bring. */
import { z } from 'zod';
import { VmId } from '../ids.ts';

/** What a plan is after. */
export const ImprovementGoalName = z.enum(['drain', 'rebalance', 'consolidate', 'defragment']);

/** Whether N+1 is kept. */
export const FailoverRule = z.enum(['keep', 'ignore']);

const vmName = z.string().nullable().describe('Name of the VM; null for one of another tenant');

/** One live migration of a plan. */
const ImprovementMove = z.looseObject({
  vm_id: VmId,
  vm: vmName,
  from: z.string().describe('Name of the node that it leaves'),
  to: z.string().describe('Name of the node that it goes to'),
  memory_gb: z.number().describe('What is copied. Unit: GB.'),
  imbalance_after: z.number().describe('Imbalance of the fleet once it is done'),
});

/** How a fleet stands. */
const FleetStanding = z.looseObject({
  imbalance: z
    .number()
    .describe('Weighted sum of the standard deviations of use over the nodes; 0 is even'),
  nodes_in_use: z.int().describe('Nodes with VMs'),
  slots: z.int().describe('VMs of the size asked about, or of the largest, that have room'),
  unguarded: z.array(z.string()).describe('Nodes whose VMs have no room to restart elsewhere'),
});

/** A plan as answers carry it. */
export const ImprovementPlan = z.looseObject({
  goal: ImprovementGoalName,
  moves: z.array(ImprovementMove).describe('In the order in which they are made'),
  emptied: z.array(z.string()).describe('Nodes that have no VMs in the end'),
  left: z
    .array(z.looseObject({ vm_id: VmId, vm: vmName, why: z.string() }))
    .describe('VMs that should move and cannot'),
  before: FleetStanding,
  after: FleetStanding,
  cost: z.looseObject({
    memory_gb: z.number().describe('Memory to copy. Unit: GB.'),
    duration_seconds: z.number().describe('Copying time at 500 MiB/s. Unit: seconds.'),
  }),
  explanation: z.array(z.string()).describe('The same in lines for people'),
});
export type ImprovementPlan = z.infer<typeof ImprovementPlan>;
