/** VMs that are placed together: the question, and the answer with how good it is known to be. */
import { z } from 'zod';
import { PlacementDecision } from '../../placement/placement.ts';
import { VmCreate } from '../vm/vm.ts';

/** More VMs at once are rather asked for in several batches. */
export const BATCH_VMS_MAX = 200;

/** The VMs of a batch. */
export const BatchVms = z
  .array(VmCreate)
  .min(1)
  .max(BATCH_VMS_MAX)
  .describe('The VMs, each with the fields of vm.create');

/** Objective for comparing placements of a batch. */
export const BatchObjective = z
  .enum(['nodes', 'peak'])
  .describe('nodes: uses the fewest empty nodes; peak: minimises the usage of the fullest node');
export type BatchObjective = z.infer<typeof BatchObjective>;

/** Placement options of a batch; part of the input of its operations. */
export const batchShape = {
  vms: BatchVms,
  objective: BatchObjective.optional().describe(
    'nodes uses the fewest empty nodes, peak minimises the usage of the fullest node. ' +
      'Default: nodes if every VM has the strategy pack, else peak',
  ),
};

/** Nodes chosen for the VMs of a batch. */
export const PlacementBatch = z.looseObject({
  placements: z
    .array(
      z.looseObject({ name: z.string().describe('Name of the VM'), decision: PlacementDecision }),
    )
    .describe('In the order of the VMs'),
  objective: BatchObjective,
  method: z
    .enum(['exact', 'heuristic'])
    .describe('exact: found by the solver; heuristic: one after another, improved by moves'),
  value: z
    .number()
    .nullable()
    .describe(
      'Number of empty nodes used, or usage of the fullest node with VMs of the batch, 0 to 1; ' +
        'that usage is null for all tenants but the first one',
    ),
  bound: z
    .number()
    .nullable()
    .describe('Lower bound: no placement of the batch has a lower value; null where value is'),
  gap: z.number().describe('value - bound; 0 is proven optimal'),
  explanation: z.array(z.string()).describe('Explanation in lines for people'),
  notices: z
    .array(z.string())
    .optional()
    .describe('Notices, such as groups to which no VM belongs'),
});
export type PlacementBatch = z.infer<typeof PlacementBatch>;
