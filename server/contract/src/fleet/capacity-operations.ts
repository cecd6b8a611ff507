/** The rows of the operations table that ask what the fleet could still do. */
import { z } from 'zod';
import { VmId } from '../ids.ts';
import { VM_FIELDS } from '../kinds/vm/vm.ts';
import { look } from '../operation/operation-shapes.ts';

/** A larger estimate is of no use, and it bounds the cost of a request. */
const COPIES_MAX = 5000;

/** More names than a fleet has racks. */
const NAMES_MAX = 1000;

/** Fleet-wide numbers disclose to each tenant what the others use, so they are the platform's. */
const ask = { ...look, scope: 'platform' } as const;

const lines = z.array(z.string()).describe('The same in lines for people');

const vmName = z.string().nullable().describe('Name of the VM; null for one of another tenant');

function names(description: string) {
  return z.array(z.string().min(1).max(253)).max(NAMES_MAX).default([]).describe(description);
}

/** How many more VMs of a size fit. */
export const CapacityEstimate = z.looseObject({
  fits: z.int().describe('How many more VMs have room; at most count_max'),
  fits_by_zone: z.record(z.string(), z.int()),
  limit_reached: z.boolean().describe('Whether counting ended at count_max'),
  refused: z
    .record(z.string(), z.int())
    .describe('Nodes that refuse the next VM, counted per reason; empty where the limit ended it'),
  standby_nodes: z.int().describe('Nodes on standby, which are not counted in'),
  fits_with_standby: z.int().describe('How many would have room with the nodes on standby'),
  explanation: lines,
});
export type CapacityEstimate = z.infer<typeof CapacityEstimate>;

/** What a failure leaves. */
export const FailureForecast = z.looseObject({
  nodes_failed: z.array(z.string()).describe('Names of the nodes that die'),
  verdict: z
    .enum(['safe', 'stranded'])
    .describe('Whether every VM of those nodes has a place on the others'),
  restarted: z
    .array(z.looseObject({ vm_id: VmId, vm: vmName, from: z.string(), to: z.string() }))
    .describe('VMs that start elsewhere, in the order of their restart'),
  stranded: z
    .array(
      z.looseObject({
        vm_id: VmId,
        vm: vmName,
        from: z.string(),
        reason: z.string().describe('What most of the nodes that are left refuse it for'),
      }),
    )
    .describe('VMs that have no place any more'),
  unguarded_before: z
    .array(z.string())
    .describe('Nodes whose VMs have no room to restart elsewhere as the fleet is: not N+1-safe'),
  unguarded_after: z.array(z.string()).describe('The same once the failure is over'),
  explanation: lines,
});
export type FailureForecast = z.infer<typeof FailureForecast>;

/** The rows by name. */
export const capacityOperations = {
  'capacity.estimate': {
    ...ask,
    summary: 'Counts how many more VMs of a size the fleet can hold, in all and by zone.',
    rest: { method: 'POST', path: '/capacity/estimate', status: 200 },
    input: z.strictObject({
      cpu_cores: VM_FIELDS.cpu_cores.schema.describe('Of such a VM. Unit: cores.'),
      memory_gb: VM_FIELDS.memory_gb.schema.describe('Its memory. Unit: GB.'),
      disk_gb: VM_FIELDS.disk_gb.schema.describe('Its disk. Unit: GB.'),
      metadata: VM_FIELDS.metadata.schema.optional().describe('Its labels'),
      anti_affinity: VM_FIELDS.anti_affinity.schema
        .optional()
        .describe('Its group: no two of the VMs counted, or of the group, share a node'),
      placement: VM_FIELDS.placement.schema
        .optional()
        .describe('What each of the VMs asks of its place'),
      count_max: z
        .int()
        .min(1)
        .max(COPIES_MAX)
        .default(1000)
        .describe('Counting ends here, however many more would fit'),
    }),
    output: CapacityEstimate,
    problems: [],
  },
  'capacity.failure': {
    ...ask,
    summary: 'Simulates a failure of nodes: where each VM would restart, and which VMs could not.',
    rest: { method: 'POST', path: '/capacity/failure', status: 200 },
    input: z.strictObject({
      zone: names('Zones that die'),
      rack: names('Racks that die: ZONE/RACK'),
      node: names('Nodes that die, by name'),
    }),
    output: FailureForecast,
    problems: ['not-found'],
  },
} as const;
