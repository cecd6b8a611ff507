/** Definitions of the operations on batches: VMs that are placed and created together. */
import { z } from 'zod';
import { AdmissionWarning } from '../../admission/admission.ts';
import { Operation } from '../../operation/operation.ts';
import { create, keyed, look } from '../../operation/operation-shapes.ts';
import { Vm } from '../vm/vm.ts';
import { batchShape, PlacementBatch } from './placement-batch.ts';

/** The rows by name. */
export const vmBatchOperations = {
  'placement.batch': {
    ...look,
    summary: 'Previews the placement of VMs that are placed together; creates nothing.',
    rest: { method: 'POST', path: '/placement-batches', status: 200 },
    input: z.strictObject(batchShape),
    output: PlacementBatch,
    problems: ['no-capacity'],
  },
  'vm_batch.create': {
    ...create,
    summary: 'Places VMs together and creates all or none of them.',
    rest: { method: 'POST', path: '/vm-batches', status: 202 },
    input: z.strictObject({ ...batchShape, ...keyed }),
    output: z.looseObject({
      items: z
        .array(z.looseObject({ resource: Vm, operation: Operation }))
        .describe('Operations in the order of the VMs, one for each'),
      placement: PlacementBatch.optional().describe('Absent in the answer to a repeated request'),
      warnings: z.array(AdmissionWarning),
    }),
    problems: [
      'name-taken',
      'no-capacity',
      'reference-unknown',
      'policy-denied',
      'conflict',
      'network-full',
      'address-taken',
      'idempotency-key-reused',
      'storage-full',
      'quota-exceeded',
      'budget-exceeded',
    ],
  },
} as const;
