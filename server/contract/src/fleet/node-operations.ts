/** Definitions of the operations that show nodes. */
import { z } from 'zod';
import { NodeId } from '../ids.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { look, named } from '../operation/operation-shapes.ts';
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
      sort: ['id', 'name', 'zone'],
      search: ['name', 'id'],
      time: 'last_seen_at',
    }),
    problems: [],
  },
} as const;
