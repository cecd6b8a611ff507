/** Definitions of the operations that try writes and look after their idempotency keys. */
import { z } from 'zod';
import { AdmissionPreview, AdmissionPreviewInput } from '../admission/admission.ts';
import { Timestamp } from '../schema/resource.ts';
import { listShape } from './listing.ts';
import {
  IdempotencyClaim,
  IdempotencyKey,
  LIST_LIMIT_MAX,
  look,
  page,
  pageShape,
} from './operation-shapes.ts';

/** A key whose answer is stored. */
const IdempotencyItem = z.looseObject({
  id: IdempotencyKey.describe('Idempotency key'),
  resource_id: z.string(),
  created_at: Timestamp,
});

/** Keys of creates that were sent with one claim. */
const claimedKeys = z.strictObject({
  claim: IdempotencyClaim.describe('Claim that the creates were sent with'),
  keys: z.array(IdempotencyKey).min(1).max(LIST_LIMIT_MAX).describe('Idempotency keys of creates'),
});

/** Reports of clients about the progress of their own creates. */
const note = { effect: 'note', role: 'viewer', idempotency: 'natural' } as const;

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
    ...note,
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
  'idempotency.deliver': {
    ...note,
    summary: 'Records that the answers to creates are being stored in a state, before they are.',
    rest: { method: 'POST', path: '/idempotency/deliver', status: 200 },
    input: claimedKeys,
    output: z.looseObject({
      delivered: z.int().describe('Number of keys whose answers belong to the claim'),
      refused: z
        .array(IdempotencyKey)
        .optional()
        .describe('Keys whose answers belong to another claim, or that were released'),
    }),
    problems: ['conflict', 'storage-full'],
  },
  'idempotency.renew': {
    ...note,
    summary: 'Renews the leases of creates whose answers are not delivered yet.',
    rest: { method: 'POST', path: '/idempotency/renew', status: 200 },
    input: claimedKeys,
    output: z.looseObject({ renewed: z.int().describe('Number of renewed leases') }),
    problems: ['conflict', 'storage-full'],
  },
} as const;
