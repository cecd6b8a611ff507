/** Definitions of the operations that power nodes off, or cut them off from their storage. */
import { z } from 'zod';
import { AdmissionWarning } from '../admission/admission.ts';
import { NodeId } from '../ids.ts';
import { Operation } from '../operation/operation.ts';
import { change, look } from '../operation/operation-shapes.ts';
import { Node } from './node.ts';

/** State of a storage fence of a node. */
export const StorageFenceReading = z.looseObject({
  pool: z.string().describe('Id of the storage'),
  kind: z.enum(['command', 'scsi-pr', 'nfs-export']),
  address: z.string().describe('Address of the device that is asked to cut the node off'),
  access: z
    .enum(['reaches', 'cut_off'])
    .nullable()
    .describe('Whether the storage takes writes of the node; null where it cannot be read'),
  ready: z.boolean().describe('Whether the node could be cut off with it'),
  fault: z.string().nullable().describe('Reason for the failure; null on success'),
});
export type StorageFenceReading = z.infer<typeof StorageFenceReading>;

/** State of a node's fence device and storage fences. */
export const FenceDeviceReading = z.looseObject({
  node: z.string().describe('Name of the node'),
  kind: z
    .enum(['ipmi', 'redfish'])
    .nullable()
    .describe('Null where the node has storage fences and no controller'),
  address: z.string().nullable().describe('Null where the node has no controller'),
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
      'Whether the node could be powered off with it, as far as the device says without being used',
    ),
  fault: z.string().nullable().describe('Reason for the failure; null on success'),
  storages: z.array(StorageFenceReading).describe('The storage fences of its storages'),
});
export type FenceDeviceReading = z.infer<typeof FenceDeviceReading>;

const started = z.looseObject({
  resource: Node,
  operation: Operation,
  warnings: z.array(AdmissionWarning),
});

const reason = z.string().max(1_024).optional().describe('Reason, for the audit log');

/** Power and storage, as evidence that the VMs of a node cannot run there. */
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
      reason,
    }),
    output: started,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'node.cut_off': {
    ...change,
    role: 'admin',
    scope: 'platform',
    summary:
      'Has shared storages cut a lost node off, so that VMs with all disks there may run on ' +
      'other nodes.',
    rest: { method: 'POST', path: '/nodes/{id}/cut-off', status: 202 },
    input: z.strictObject({ id: NodeId, reason }),
    output: started,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'node.reconnect': {
    ...change,
    role: 'admin',
    scope: 'platform',
    summary: 'Restores the access of a node to the shared storages that cut it off.',
    rest: { method: 'POST', path: '/nodes/{id}/reconnect', status: 202 },
    input: z.strictObject({
      id: NodeId,
      force: z
        .boolean()
        .default(false)
        .describe(
          'Also a node that does not answer, or on which copies of VMs are left that run ' +
            'elsewhere: they would write to the disks of these',
        ),
      reason,
    }),
    output: started,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'node.test_fence': {
    ...look,
    role: 'admin',
    scope: 'platform',
    summary: 'Tests the fence device and storage fences of a node without switching anything.',
    rest: { method: 'GET', path: '/nodes/{id}/fence-device', status: 200 },
    input: z.strictObject({ id: NodeId }),
    output: FenceDeviceReading,
    problems: ['not-found', 'conflict'],
  },
} as const;
