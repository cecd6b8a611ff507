/** Definitions of the operations on long-running operations: await, cancel, retry. */
import { z } from 'zod';
import { AdmissionWarning } from '../admission/admission.ts';
import { OperationId } from '../ids.ts';
import { Operation, OperationStatus } from './operation.ts';
import { change, look, order, page, pageShape } from './operation-shapes.ts';

/** Longest that `operation.wait` holds an answer back. Unit: milliseconds. */
export const WAIT_MS_MAX = 30_000;

/** What cancelling and retrying answer: the operation, which goes on. */
const steered = z.looseObject({ resource: Operation, warnings: z.array(AdmissionWarning) });

/** The rows by name. */
export const longRunningOperations = {
  'operation.get': {
    ...look,
    summary: 'Shows an operation with its steps.',
    rest: { method: 'GET', path: '/operations/{id}', status: 200 },
    input: z.strictObject({ id: OperationId }),
    output: Operation,
    problems: ['not-found'],
  },
  'operation.list': {
    ...look,
    summary: 'Lists operations in the order in which they were asked for, or latest first.',
    rest: { method: 'GET', path: '/operations', status: 200 },
    input: z.strictObject({
      ...pageShape,
      target_id: z.string().max(64).optional().describe('Only those of this resource'),
      status: OperationStatus.optional().describe('Only those that are like that now'),
      order,
    }),
    output: page(Operation),
    problems: [],
  },
  'operation.wait': {
    ...look,
    summary: 'Answers when the operation has ended, or with its progress when the time is up.',
    rest: { method: 'GET', path: '/operations/{id}/wait', status: 200 },
    input: z.strictObject({
      id: OperationId,
      timeout_ms: z.int().min(0).max(WAIT_MS_MAX).default(WAIT_MS_MAX).describe('Unit: ms.'),
    }),
    output: Operation,
    problems: ['not-found'],
  },
  'operation.cancel': {
    ...change,
    summary: 'Cancels an operation and rolls back what it has done, as if a step had failed.',
    rest: { method: 'POST', path: '/operations/{id}/cancel', status: 202 },
    input: z.strictObject({ id: OperationId }),
    output: steered,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'operation.retry': {
    ...change,
    summary: 'Tries again what made an operation stuck, or goes forward again from a step.',
    rest: { method: 'POST', path: '/operations/{id}/retry', status: 202 },
    input: z.strictObject({
      id: OperationId,
      from_step: z
        .string()
        .max(64)
        .optional()
        .describe(
          'Step to go forward from, where the operation allows it; else it is undone. ' +
            'An operation of one step, such as a webhook, goes forward from that.',
        ),
    }),
    output: steered,
    problems: ['not-found', 'policy-denied', 'conflict', 'revision-mismatch', 'no-capacity'],
  },
} as const;
