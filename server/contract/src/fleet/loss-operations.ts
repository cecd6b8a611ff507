/** The rows of the operations table that say what the loss of a node would mean. */
import { z } from 'zod';
import { NodeId, VmId } from '../ids.ts';
import { look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';

/** Effect on a VM of losing its node. */
export const VmLoss = z.looseObject({
  vm_id: VmId,
  vm: z.string().nullable().describe('Name of the VM; null for one of another tenant'),
  node: z.string().describe('Name of its node'),
  outcome: z
    .enum(['starts', 'no_room', 'waits'])
    .describe(
      'starts: on another node; no_room: it would, but no node has room; waits: for its node',
    ),
  to: z.string().nullable().describe('Name of the node on which it would start'),
  alternatives: z.array(z.string()).describe('Names of further nodes that have room for it'),
  position: z
    .int()
    .nullable()
    .describe('Its place in the order of starts, from 1; null where it does not start elsewhere'),
  priority: z.int().describe('Priority: the highest starts first'),
  standby: z
    .looseObject({
      node: z.string().nullable().describe('Name of the node that holds it; null: none can'),
      ready: z.boolean().describe('Whether the VM would start there'),
      reason: z.string().nullable().describe('Reason it is not ready'),
    })
    .nullable()
    .describe('Room for it on a second node (`healing.standby`); null where it asks for none'),
  recovery_point: Timestamp.nullable().describe(
    'Time the oldest of the snapshots was taken that it would be restored from: what was ' +
      'written since would be lost; null where it is not restored',
  ),
  reason: z
    .string()
    .nullable()
    .describe('Reason it would not start elsewhere, or the data it would lose there'),
});
export type VmLoss = z.infer<typeof VmLoss>;

/** Means of confirming that a node is off. */
const fence = z
  .enum(['automatic', 'device', 'lease', 'person', 'done'])
  .describe(
    'automatic: it is powered off without a person; device: a person has it powered off; ' +
      'lease: it stops the VM itself when it hears no server for the time of its lease; ' +
      'person: a person confirms that it is off; done: it is known to be off',
  );

const explanation = z.array(z.string()).describe('Explanation in lines for people');

/** The answer about one VM. */
export const VmLossExplanation = VmLoss.extend({ fence, explanation });
export type VmLossExplanation = z.infer<typeof VmLossExplanation>;

/** The answer about all VMs of a node. */
export const NodeLossExplanation = z.looseObject({
  node: z.string().describe('Name of the node'),
  fence,
  vms: z.array(VmLoss).describe('Its VMs in the order in which they would start'),
  explanation,
});
export type NodeLossExplanation = z.infer<typeof NodeLossExplanation>;

/** The rows by name. */
export const lossOperations = {
  'vm.explain': {
    ...look,
    summary: 'Shows what would happen to a VM if its node were lost now.',
    rest: { method: 'GET', path: '/vms/{id}/loss', status: 200 },
    input: z.strictObject({
      id: VmId,
      if_node_lost: z.boolean().default(true).describe('Explains the loss of its node'),
    }),
    output: VmLossExplanation,
    problems: ['not-found', 'conflict'],
  },
  'node.explain': {
    ...look,
    scope: 'platform',
    summary: 'Shows, in order, what would happen to the VMs of a node if it were lost now.',
    rest: { method: 'GET', path: '/nodes/{id}/loss', status: 200 },
    input: z.strictObject({
      id: NodeId,
      if_lost: z.boolean().default(true).describe('Explains its loss'),
    }),
    output: NodeLossExplanation,
    problems: ['not-found'],
  },
} as const;
