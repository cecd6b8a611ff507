/** Definitions of the operations that show nodes, and of what people say of them. */
import { z } from 'zod';
import { AdmissionWarning } from '../admission/admission.ts';
import { NodeId } from '../ids.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { Operation } from '../operation/operation.ts';
import { change, look, named, removed } from '../operation/operation-shapes.ts';
import { Node, NodeStatus } from './node.ts';

/** The rows by name. */
export const nodeOperations = {
  'node.get': {
    ...look,
    summary: 'Shows a node with its capacity and allocated amounts.',
    rest: { method: 'GET', path: '/nodes/{id}', status: 200 },
    input: z.strictObject({ id: NodeId }),
    output: Node,
    problems: ['not-found'],
  },
  'node.list': {
    ...look,
    summary: 'Lists nodes in the order in which they joined.',
    rest: { method: 'GET', path: '/nodes', status: 200 },
    ...list(Node, {
      filters: {
        ...named,
        status: oneOf(NodeStatus, 'Only nodes with one of these statuses'),
        zone: oneOfTexts('Only nodes of one of these zones'),
        rack: oneOfTexts('Only nodes of one of these racks'),
        driver: oneOfTexts('Only nodes with one of these drivers'),
      },
      sort: ['id', 'name', 'zone', 'rack', 'status', 'driver'],
      search: ['name', 'id'],
      time: 'last_seen_at',
    }),
    problems: [],
  },
  'node.confirm_dead': {
    ...change,
    role: 'admin',
    scope: 'platform',
    summary: 'Records that a lost node is powered off, so that its VMs may run on other nodes.',
    rest: { method: 'POST', path: '/nodes/{id}/confirm-dead', status: 202 },
    input: z.strictObject({
      id: NodeId,
      reason: z.string().max(1_024).optional().describe('Evidence, for the audit log'),
      force: z
        .boolean()
        .default(false)
        .describe('Confirms it although other nodes see that it is alive; needs a reason'),
    }),
    output: z.looseObject({
      resource: Node,
      operation: Operation,
      warnings: z.array(AdmissionWarning),
    }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'node.delete': {
    ...change,
    role: 'admin',
    scope: 'platform',
    summary: 'Deletes a node that does not come back, and revokes its enrollment.',
    rest: { method: 'DELETE', path: '/nodes/{id}', status: 202 },
    input: z.strictObject({
      id: NodeId,
      discard: z
        .boolean()
        .default(false)
        .describe(
          'Also if volumes or snapshots have their only content there, which is lost. Root disks ' +
            'of deleted VMs are removed when a host joins by this name again',
        ),
    }),
    output: removed,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
} as const;
