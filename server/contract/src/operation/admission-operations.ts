/** Definitions of the operations that try writes and look after their idempotency keys. */
import { z } from 'zod';
import { AdmissionPreview, AdmissionPreviewInput } from '../admission/admission.ts';
import { Timestamp } from '../schema/resource.ts';
import { IdempotencyKey, LIST_LIMIT_MAX, look, page, pageShape } from './operation-shapes.ts';

/** The rows by name. */
export const admissionOperations = {
  'admission.preview': {
    ...look,
    summary: 'Tries a write without doing it: validation, capacity, placement and policies.',
    rest: { method: 'POST', path: '/admission/preview', status: 200 },
    input: AdmissionPreviewInput,
    output: AdmissionPreview,
    problems: [],
  },
  'idempotency.list': {
    ...look,
    summary: 'Lists keys of creates that are still answered again, by the text they begin with.',
    rest: { method: 'GET', path: '/idempotency', status: 200 },
    input: z.strictObject({
      ...pageShape,
      cursor: IdempotencyKey.optional().describe('next_cursor of the page before'),
      prefix: IdempotencyKey.describe('What the keys begin with; clients choose one of their own'),
    }),
    output: page(
      z.looseObject({
        id: IdempotencyKey.describe('The key'),
        resource_id: z.string(),
        created_at: Timestamp,
      }),
    ),
    problems: [],
  },
  'idempotency.confirm': {
    effect: 'note',
    role: 'viewer',
    idempotency: 'natural',
    summary: 'Says that the answers to these creates arrived: their keys are free again.',
    rest: { method: 'POST', path: '/idempotency/confirm', status: 200 },
    input: z.strictObject({
      keys: z
        .array(IdempotencyKey)
        .min(1)
        .max(LIST_LIMIT_MAX)
        .describe('Keys of creates whose answers are kept in a state'),
    }),
    output: z.looseObject({ confirmed: z.int() }),
    problems: [],
  },
} as const;
