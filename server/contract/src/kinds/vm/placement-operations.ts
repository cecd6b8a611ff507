/** Definitions of the operations that explain the placements of VMs. */
import { z } from 'zod';
import { VmId } from '../../ids.ts';
import { look } from '../../operation/operation-shapes.ts';
import { PlacementExplanation } from '../../placement/placement.ts';

/** The rows by name. */
export const placementOperations = {
  'placement.explain': {
    ...look,
    summary: 'Explains why a VM is on its node, or why it is not on another one.',
    rest: { method: 'GET', path: '/placement/{id}', status: 200 },
    input: z.strictObject({
      id: VmId,
      node: z
        .string()
        .min(1)
        .max(253)
        .optional()
        .describe(
          'Name of a node to explain why the VM is not there. Default: explains the node ' +
            'of the VM',
        ),
    }),
    output: PlacementExplanation,
    problems: ['not-found'],
  },
} as const;
