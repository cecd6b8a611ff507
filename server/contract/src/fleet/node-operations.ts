/** Definitions of the operations that show nodes. */
import { z } from 'zod';
import { NodeId } from '../ids.ts';
import { look, named, page, pageShape } from '../operation/operation-shapes.ts';
import { Node } from './node.ts';

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
    input: z.strictObject({ ...pageShape, ...named }),
    output: page(Node),
    problems: [],
  },
} as const;
