/** The rows of the operations table about the places of VMs. */
import { z } from 'zod';
import { AdmissionWarning } from '../../admission/admission.ts';
import { VmId } from '../../ids.ts';
import { Operation } from '../../operation/operation.ts';
import { create, keyed, look } from '../../operation/operation-shapes.ts';
import { PlacementExplanation } from '../../placement/placement.ts';
import { batchShape, PlacementBatch } from '../vm-batch/placement-batch.ts';
import { Vm } from './vm.ts';

/** The rows by name, grouped by noun. */
export const placementOperations = {
  'placement.explain': {
    ...look,
    summary: 'Tells why a VM was placed where it was, or why it is not on another node.',
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
  'placement.batch': {
    ...look,
    summary: 'Tells where VMs would go that are placed together; creates nothing.',
    rest: { method: 'POST', path: '/placement-batches', status: 200 },
    input: z.strictObject(batchShape),
    output: PlacementBatch,
    problems: ['no-capacity'],
  },
  'vm_batch.create': {
    ...create,
    summary: 'Places VMs together and creates all of them, or none.',
    rest: { method: 'POST', path: '/vm-batches', status: 202 },
    input: z.strictObject({ ...batchShape, ...keyed }),
    output: z.looseObject({
      items: z
        .array(z.looseObject({ resource: Vm, operation: Operation }))
        .describe('In the order of the VMs; each has an operation of its own'),
      placement: PlacementBatch.optional().describe('Absent where a repeat is answered again'),
      warnings: z.array(AdmissionWarning),
    }),
    problems: [
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'conflict',
      'network-full',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
    ],
  },
} as const;
