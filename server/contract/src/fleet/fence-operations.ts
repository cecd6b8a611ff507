/** Definitions of the operations that power nodes off through their fence devices. */
import { z } from 'zod';
import { AdmissionWarning } from '../admission/admission.ts';
import { NodeId } from '../ids.ts';
import { Operation } from '../operation/operation.ts';
import { change, look } from '../operation/operation-shapes.ts';
import { Node } from './node.ts';

/** What the fence device of a node says. */
export const FenceDeviceReading = z.looseObject({
  node: z.string().describe('Name of the node'),
  kind: z.enum(['ipmi', 'redfish']),
  address: z.string(),
  power: z.enum(['on', 'off']).nullable().describe('Null where the device cannot be read'),
  identity: z
    .enum(['same', 'different', 'unknown', 'unchecked'])
    .describe(
      'Whether the device switches the machine of the node: the UUIDs of both are compared. ' +
        '`unknown`: one of them does not say; `unchecked`: the configuration does without',
    ),
  ready: z
    .boolean()
    .describe(
      'Whether the node could be fenced with it, as far as the device says without being used',
    ),
  fault: z.string().nullable().describe('Why it could not be; null if it could'),
});
export type FenceDeviceReading = z.infer<typeof FenceDeviceReading>;

/** Power, as evidence that a node is dead. */
export const fenceOperations = {
  'node.fence': {
    ...change,
    role: 'admin',
    scope: 'platform',
    summary:
      'Powers a lost node off through its fence device, so that its VMs may run on other nodes.',
    rest: { method: 'POST', path: '/nodes/{id}/fence', status: 202 },
    input: z.strictObject({
      id: NodeId,
      reason: z.string().max(1_024).optional().describe('Why, for the audit log'),
    }),
    output: z.looseObject({
      resource: Node,
      operation: Operation,
      warnings: z.array(AdmissionWarning),
    }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'node.test_fence': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Reads the fence device of a node, and switches nothing.',
    rest: { method: 'GET', path: '/nodes/{id}/fence-device', status: 200 },
    input: z.strictObject({ id: NodeId }),
    output: FenceDeviceReading,
    problems: ['not-found', 'conflict'],
  },
} as const;
