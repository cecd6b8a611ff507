/** Definition of the operation that starts, stops or deletes many VMs. */
import { z } from 'zod';
import { keysOf } from '../../closed-table.ts';
import { VmId } from '../../ids.ts';
import { Operation } from '../../operation/operation.ts';
import { change } from '../../operation/operation-shapes.ts';
import { vmOperations } from './vm-operations.ts';

/** The most VMs of one operation: each is a step of it, and answers carry all of its steps. */
export const BULK_VMS_MAX = 1_000;

/** Action on many VMs: `stop` runs `vm.stop` for each VM. */
export const BulkAction = z.enum([
  'start',
  'stop',
  'reboot',
  'reset',
  'restart_service',
  'pause',
  'resume',
  'delete',
]);
export type BulkAction = z.infer<typeof BulkAction>;

/** One of the VMs. */
export const BulkVm = z.looseObject({
  vm_id: VmId,
  vm: z.string().describe('Name of the VM'),
  outcome: z
    .enum(['planned', 'started', 'refused'])
    .describe('planned: a dry run; started: a step of the operation; refused: see its problem'),
  problem: Operation.shape.problem.describe('Why it is refused'),
});
export type BulkVm = z.infer<typeof BulkVm>;

const { name, status, node, zone, network_id, created_by, search, labels, since, until } =
  vmOperations['vm.list'].input.shape;

/** Selection of VMs other than by id: the filters of `vm.list`. */
const bulkFilters = {
  name,
  status,
  node,
  zone,
  network_id,
  created_by,
  search,
  labels,
  since,
  until,
};

/** Names of the filters. */
export const BULK_FILTERS = keysOf(bulkFilters);

/** The row by name. */
export const vmBulkOperations = {
  'vm.bulk': {
    ...change,
    applies: 'nothing',
    summary:
      'Starts, stops, reboots, resets, pauses, resumes or deletes many VMs as one operation, ' +
      'each independently; or previews it.',
    rest: { method: 'POST', path: '/vm-bulk-actions', status: 202 },
    input: z.strictObject({
      action: BulkAction.describe('What is done to each VM'),
      vm_ids: z
        .array(VmId)
        .min(1)
        .max(BULK_VMS_MAX)
        .optional()
        .describe('Ids of the VMs; alternatively set filters, or `all`'),
      all: z.boolean().default(false).describe('All VMs of the tenant, without ids and filters'),
      ...bulkFilters,
      force: z.enum(['yes', 'no']).optional().describe('For stop: as in vm.stop. Default: no'),
      if_count: z
        .int()
        .min(1)
        .max(BULK_VMS_MAX)
        .optional()
        .describe('Refuses the operation if another number of VMs is selected'),
      dry_run: z
        .boolean()
        .default(false)
        .describe('Shows which VMs would be refused and why, without changing anything'),
    }),
    output: z.looseObject({
      action: BulkAction,
      matched: z.int().describe('Number of selected VMs'),
      vms: z.array(BulkVm).describe('Every selected VM, in the order of their creation'),
      explanation: z.array(z.string()).describe('The same in lines for people'),
      operation: Operation.optional().describe(
        'Its steps are the VMs; absent in a dry run. It fails if one of them fails',
      ),
    }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
} as const;
