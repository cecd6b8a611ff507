/** Definitions of the operations that try writes and look after their idempotency keys. */
import { z } from 'zod';
import { AdmissionPreview, AdmissionPreviewInput } from '../admission/admission.ts';
import { Timestamp } from '../schema/resource.ts';
import { listShape } from './listing.ts';
import { IdempotencyKey, LIST_LIMIT_MAX, look, page, pageShape } from './operation-shapes.ts';

/** A key whose answer is stored. */
const IdempotencyItem = z.looseObject({
  id: IdempotencyKey.describe('Idempotency key'),
  resource_id: z.string(),
  created_at: Timestamp,
});

/** They are found by their prefix, and in its order. */
const IDEMPOTENCY_LISTING = {
  filters: {},
  sort: ['id'],
  search: [],
  time: 'created_at',
  cursor: 'key',
} as const;

const { since, until, fields, count } = listShape(IdempotencyItem, IDEMPOTENCY_LISTING);

/** The rows by name. */
export const admissionOperations = {
  'admission.preview': {
    ...look,
    summary: 'Previews a write without making it: validation, capacity, placement and policies.',
    rest: { method: 'POST', path: '/admission/preview', status: 200 },
    input: AdmissionPreviewInput,
    output: AdmissionPreview,
    problems: ['not-found'],
  },
  'idempotency.list': {
    ...look,
    summary: 'Lists idempotency keys with stored answers, by prefix.',
    rest: { method: 'GET', path: '/idempotency', status: 200 },
    input: z.strictObject({
      ...pageShape,
      cursor: IdempotencyKey.optional().describe('next_cursor of the previous page'),
      prefix: IdempotencyKey.describe('Prefix of the keys; each client chooses its own'),
      since,
      until,
      fields,
      count,
    }),
    output: page(IdempotencyItem),
    listing: IDEMPOTENCY_LISTING,
    problems: [],
  },
  'idempotency.confirm': {
    effect: 'note',
    role: 'viewer',
    idempotency: 'natural',
    summary: 'Acknowledges the answers to creates, so that their idempotency keys are released.',
    rest: { method: 'POST', path: '/idempotency/confirm', status: 200 },
    input: z.strictObject({
      keys: z
        .array(IdempotencyKey)
        .min(1)
        .max(LIST_LIMIT_MAX)
        .describe('Idempotency keys of creates whose answers are stored in a state'),
    }),
    output: z.looseObject({
      confirmed: z.int().describe('Number of released keys'),
      refused: z
        .array(IdempotencyKey)
        .optional()
        .describe('Keys that other principals created, which are not released'),
    }),
    problems: [],
  },
} as const;
