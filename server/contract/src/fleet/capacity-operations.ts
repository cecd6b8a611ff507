/** The rows of the operations table that ask what the fleet could still do. */
import { z } from 'zod';
import { VmId } from '../ids.ts';
import { VM_FIELDS } from '../kinds/vm/vm.ts';
import { look } from '../operation/operation-shapes.ts';
import { CapacityPlan } from './capacity-plan.ts';

/** A larger estimate is of no use, and it bounds the cost of a request. */
const COPIES_MAX = 5000;

/** More names than a fleet has racks. */
const NAMES_MAX = 1000;

/** Fleet-wide numbers disclose to each tenant what the others use, so they are the platform's. */
const ask = { ...look, scope: 'platform' } as const;

const lines = z.array(z.string()).describe('Explanation in lines for people');

const vmName = z.string().nullable().describe('Name of the VM; null for one of another tenant');

function names(description: string) {
  return z.array(z.string().min(1).max(253)).max(NAMES_MAX).default([]).describe(description);
}

/** Number of further VMs of a size that fit. */
export const CapacityEstimate = z.looseObject({
  fits: z.int().describe('Number of further VMs that fit; at most count_max'),
  fits_by_zone: z.record(z.string(), z.int()),
  limit_reached: z.boolean().describe('Whether the count reached count_max'),
  refused: z
    .record(z.string(), z.int())
    .describe(
      'Number of nodes without room for the next VM, per reason; empty if the limit was ' +
        'reached',
    ),
  standby_nodes: z.int().describe('Number of nodes on standby, which are not counted'),
  fits_with_standby: z
    .int()
    .describe('Number of further VMs that fit if the nodes on standby are included'),
  explanation: lines,
});
export type CapacityEstimate = z.infer<typeof CapacityEstimate>;

/** Forecast after a failure. */
export const FailureForecast = z.looseObject({
  nodes_failed: z.array(z.string()).describe('Names of the failed nodes'),
  verdict: z
    .enum(['safe', 'stranded'])
    .describe('Whether all VMs of these nodes fit on the other nodes'),
  restarted: z
    .array(z.looseObject({ vm_id: VmId, vm: vmName, from: z.string(), to: z.string() }))
    .describe('VMs that restart on other nodes, in the order of their restart'),
  stranded: z
    .array(
      z.looseObject({
        vm_id: VmId,
        vm: vmName,
        from: z.string(),
        reason: z.string().describe('Most frequent reason of the remaining nodes'),
      }),
    )
    .describe('VMs that do not fit on any node'),
  unguarded_before: z
    .array(z.string())
    .describe('Nodes whose VMs could not restart elsewhere before the failure: not N+1-safe'),
  unguarded_after: z
    .array(z.string())
    .describe('Nodes whose VMs could not restart elsewhere after the failure'),
  explanation: lines,
});
export type FailureForecast = z.infer<typeof FailureForecast>;

/** The rows by name. */
export const capacityOperations = {
  'capacity.plan': {
    ...look,
    summary:
      'Forecasts when resources of the fleet run out and recommends what to do about each; a ' +
      'tenant sees its quotas, networks and VM groups.',
    rest: { method: 'GET', path: '/capacity/plan', status: 200 },
    input: z.strictObject({}),
    output: CapacityPlan,
    problems: ['unavailable'],
  },
  'capacity.estimate': {
    ...ask,
    summary: 'Counts how many more VMs of a size fit on the fleet, in total and by zone.',
    rest: { method: 'POST', path: '/capacity/estimate', status: 200 },
    input: z.strictObject({
      cpu_cores: VM_FIELDS.cpu_cores.schema.describe('CPU cores of the VM. Unit: cores.'),
      memory_gb: VM_FIELDS.memory_gb.schema.describe('Memory of the VM. Unit: GB.'),
      disk_gb: VM_FIELDS.disk_gb.schema.describe('Root disk of the VM. Unit: GB.'),
      metadata: VM_FIELDS.metadata.schema.optional().describe('Labels of the VM'),
      anti_affinity: VM_FIELDS.anti_affinity.schema
        .optional()
        .describe(
          'Anti-affinity group: none of the counted VMs and no VM of the group share a node',
        ),
      placement: VM_FIELDS.placement.schema.optional().describe('Placement rules of each VM'),
      requirements: VM_FIELDS.requirements.schema
        .optional()
        .describe('Requirements of each VM on its node beyond CPU, memory and disk'),
      count_max: z.int().min(1).max(COPIES_MAX).default(1000).describe('Maximum count'),
    }),
    output: CapacityEstimate,
    problems: [],
  },
  'capacity.failure': {
    ...ask,
    summary: 'Simulates a failure of nodes: where each VM would restart, and which VMs could not.',
    rest: { method: 'POST', path: '/capacity/failure', status: 200 },
    input: z.strictObject({
      zone: names('Failed zones'),
      rack: names('Failed racks: ZONE/RACK'),
      node: names('Names of the failed nodes'),
    }),
    output: FailureForecast,
    problems: ['not-found'],
  },
} as const;
