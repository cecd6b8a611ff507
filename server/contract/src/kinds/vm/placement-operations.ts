/** Definitions of the operations that explain the placements of VMs. */
import { z } from 'zod';
import { VmId } from '../../ids.ts';
import { look } from '../../operation/operation-shapes.ts';
import { PlacementExplanation } from '../../placement/placement.ts';

/** The rows by name. */
export const placementOperations = {
  'placement.explain': {
    ...look,
    summary: 'Explains why a VM was placed on its node, or why it is not on another node.',
    rest: { method: 'GET', path: '/placement/{id}', status: 200 },
    input: z.strictObject({
      id: VmId,
      node: z
        .string()
        .min(1)
        .max(253)
        .optional()
        .describe('Name of a node: why is the VM not there? Without it: why is it where it is?'),
    }),
    output: PlacementExplanation,
    problems: ['not-found'],
  },
} as const;
