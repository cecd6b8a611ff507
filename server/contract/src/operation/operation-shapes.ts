/** The shapes that rows of the operations table share. */
import { z } from 'zod';
import { AdmissionWarning } from '../admission/admission.ts';
import { PageCursor } from '../ids.ts';
import { DesiredRevision } from '../schema/resource.ts';
import { Operation } from './operation.ts';

const LIST_LIMIT_DEFAULT = 100;
/** A page of more would hold the event loop too long. */
export const LIST_LIMIT_MAX = 1000;

/** Identifies a request, so that its repetition is not taken for a new request. */
export const IdempotencyKey = z.string().min(8).max(255);

/** Identifies the run that a create belongs to: random, and known to that run only. */
export const IdempotencyClaim = z.string().min(16).max(64);

// Descriptions come last: `optional` would hide them.
export const ifRevision = z
  .int()
  .min(1)
  .optional()
  .describe('Refuses the write if the resource has another revision (If-Match)');

/** The conditions of an update. */
export const ifUnchanged = {
  if_revision: ifRevision,
  if_desired_revision: DesiredRevision.optional().describe(
    'Refuses the write if the desired fields are not those of this desired_revision',
  ),
};

/** Input of every list. */
export const pageShape = {
  limit: z.int().min(1).max(LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT).describe('Page size'),
  cursor: PageCursor.optional().describe('next_cursor of the previous page'),
};

/** Order of a list. */
export const ListOrder = z.enum(['oldest', 'newest']);

/** Input of lists that can be had from either end. */
export const order = ListOrder.default('oldest').describe(
  'Order: `oldest` or `newest` first; a cursor keeps its order',
);

/** Output of lists, where a total was requested. */
export const totalShape = {
  total: z
    .int()
    .optional()
    .describe('Number of items on all pages; only where `count` was requested'),
  total_is_exact: z
    .boolean()
    .optional()
    .describe('Whether there are no more items than `total`, which ends at 10000'),
};

/** The output of a list. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.looseObject({
    items: z.array(item),
    next_cursor: z.string().nullable().describe('null on the last page'),
    ...totalShape,
    damaged: z
      .array(z.looseObject({ id: z.string(), detail: z.string() }))
      .optional()
      .describe('Rows of this page that cannot be read; absent where there are none'),
  });
}

/** The output of a create or an update. */
export function written<Resource extends z.ZodType>(resource: Resource) {
  return z.looseObject({
    resource,
    operation: Operation,
    warnings: z.array(AdmissionWarning),
    notices: z.array(z.string()).optional().describe('Notices of NovaCron itself'),
  });
}

/** The output of a delete. */
export const removed = z.looseObject({
  operation: Operation,
  warnings: z.array(AdmissionWarning),
  notices: z.array(z.string()).optional().describe('Notices of NovaCron itself'),
});

/** Shared parts of creates, changes and reads. */
export const create = { effect: 'write', role: 'operator', idempotency: 'key' } as const;
export const change = { effect: 'write', role: 'operator', idempotency: 'natural' } as const;
export const look = { effect: 'read', role: 'viewer', idempotency: 'natural' } as const;

/** Input of creates and of lists, besides their own. */
export const keyed = {
  idempotency_key: IdempotencyKey.optional().describe(
    'A repeated request with the same key returns the first answer instead of acting again',
  ),
  claim: IdempotencyClaim.optional().describe(
    'Reserves the answer of `idempotency_key` for one run; requests of other runs are refused',
  ),
};
export const named = {
  name: z.string().max(128).optional().describe('Only the resource with this name'),
};

/** Problems of deletions. */
export const endProblems = [
  'not-found',
  'in-use',
  'policy-denied',
  'revision-mismatch',
  'conflict',
] as const;

/** Method of stopping a VM. */
export const force = z
  .enum(['yes', 'no'])
  .default('no')
  .describe('`yes` powers the VM off; `no` asks the guest to shut down and fails if it does not');
