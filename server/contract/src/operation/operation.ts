/** Operations: long-running changes, resumable and idempotent. */
import { z } from 'zod';
import { OperationId, TenantId } from '../ids.ts';
import { ProblemDocument } from '../problem/problem.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';

/** `undoing`: a step failed for good and the finished ones are being taken back. */
export const OperationStatus = z.enum(['running', 'undoing', 'succeeded', 'failed', 'stuck']);
export type OperationStatus = z.infer<typeof OperationStatus>;

/** Statuses that never change again by themselves. */
export const OPERATION_STATUSES_FINAL: readonly OperationStatus[] = [
  'succeeded',
  'failed',
  'stuck',
];

/** Whether an operation of this status never changes again by itself. */
export function isFinalStatus(status: string): boolean {
  return OPERATION_STATUSES_FINAL.some((final) => final === status);
}

/** One step of an operation as answers carry it. */
export const OperationStep = z.looseObject({
  name: z.string(),
  status: z.enum(['waiting', 'running', 'succeeded', 'failed', 'undoing', 'undone']),
  attempts: z.int(),
  progress_percent: z
    .int()
    .optional()
    .describe('Progress of the running step, if its agent reports it. Unit: percent.'),
  detail: z
    .string()
    .optional()
    .describe(
      'Reason the last attempt at a step, or at undoing it, failed while its operation goes on, ' +
        'or what a step that waits for the guest has found last; absent otherwise',
    ),
  started_at: Timestamp.nullish().describe('When its first attempt began; null before that'),
  ended_at: Timestamp.nullish().describe('When it, or what takes it back, ended; null before'),
  waits_for: z
    .array(z.string())
    .optional()
    .describe('Steps that have to end before it begins; absent where it waits for none'),
});
export type OperationStep = z.infer<typeof OperationStep>;

/** An operation as answers carry it. */
export const Operation = z.looseObject({
  id: OperationId,
  tenant_id: TenantId,
  kind: z.string().describe('Name of the operation: vm.create'),
  target_kind: z.string(),
  target_id: z.string(),
  target_name: z.string(),
  status: OperationStatus,
  progress_percent: z.number().describe('0 to 100. Unit: percent.'),
  steps: z.array(OperationStep),
  problem: ProblemDocument.nullable().describe('Reason for the failure'),
  note: z
    .string()
    .optional()
    .describe('What people have to know of it, such as what a restore from a snapshot loses'),
  retry_from: z
    .array(z.string())
    .optional()
    .describe('Names of the steps that operation.retry can go on from; absent if there is none'),
  cancel_refusal: z
    .string()
    .nullish()
    .describe(
      'Reason operation.cancel would refuse it now, while it runs; null where it can be ' +
        'cancelled, absent where it does not run',
    ),
  created_at: Timestamp,
  created_by: PrincipalName,
  finished_at: Timestamp.nullable(),
});
export type Operation = z.infer<typeof Operation>;
