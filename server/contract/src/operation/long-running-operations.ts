/** Definitions of the operations on long-running operations: await, cancel, retry. */
import { z } from 'zod';
import { AdmissionWarning } from '../admission/admission.ts';
import { OperationId } from '../ids.ts';
import { list, oneOfTexts } from './listing.ts';
import { Operation, OperationStatus } from './operation.ts';
import { change, look, order } from './operation-shapes.ts';

/** Longest that `operation.wait` holds an answer back. Unit: milliseconds. */
export const WAIT_MS_MAX = 30_000;

/** Answer of cancelling and retrying: the operation, which continues. */
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
    summary: 'Lists operations in the order of their creation, or newest first.',
    rest: { method: 'GET', path: '/operations', status: 200 },
    ...list(Operation, {
      filters: {
        target_id: z.string().max(64).optional().describe('Only operations on this resource'),
        status: OperationStatus.optional().describe('Only operations with this status'),
        kind: oneOfTexts('Only operations of one of these kinds: vm.create'),
        target_kind: oneOfTexts('Only operations on one of these kinds of resources: vm'),
        principal: oneOfTexts('Only operations that one of these principals requested'),
        order,
      },
      sort: ['created_at', 'status', 'kind', 'target_kind'],
      search: ['target_name', 'target_id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'operation.wait': {
    ...look,
    summary: 'Waits until an operation ends, or returns its progress after the timeout.',
    rest: { method: 'GET', path: '/operations/{id}/wait', status: 200 },
    input: z.strictObject({
      id: OperationId,
      timeout_ms: z
        .int()
        .min(0)
        .max(WAIT_MS_MAX)
        .default(WAIT_MS_MAX)
        .describe('Timeout. Unit: ms.'),
    }),
    output: Operation,
    problems: ['not-found'],
  },
  'operation.cancel': {
    ...change,
    summary: 'Cancels an operation and rolls back its steps.',
    rest: { method: 'POST', path: '/operations/{id}/cancel', status: 202 },
    input: z.strictObject({ id: OperationId }),
    output: steered,
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'operation.retry': {
    ...change,
    summary: 'Retries a stuck operation.',
    rest: { method: 'POST', path: '/operations/{id}/retry', status: 202 },
    input: z.strictObject({
      id: OperationId,
      from_step: z
        .string()
        .max(64)
        .optional()
        .describe(
          'Step from which the operation runs forward, if its kind allows it. Default: ' +
            'the rollback is retried. An operation with one step, such as a webhook, runs ' +
            'forward from it.',
        ),
    }),
    output: steered,
    problems: ['not-found', 'policy-denied', 'conflict', 'revision-mismatch', 'no-capacity'],
  },
} as const;
