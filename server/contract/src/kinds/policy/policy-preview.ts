/** Decisions of a draft policy that differ from those of the current policies. */
import { z } from 'zod';
import { Timestamp } from '../../schema/resource.ts';

/**
 * Source a draft is judged against: existing resources, planned writes that are not applied yet,
 * and recorded decisions.
 */
export const PreviewSource = z.enum(['resources', 'plans', 'decisions']);
export type PreviewSource = z.infer<typeof PreviewSource>;

/** Change of the combined verdict with the draft. */
export const PreviewEffect = z.enum(['newly_refused', 'newly_allowed', 'newly_warned']);
export type PreviewEffect = z.infer<typeof PreviewEffect>;

/** Reason an item could not be judged. */
export const UnjudgedReason = z.enum([
  'access_policy',
  'input_not_kept',
  'masked_values',
  'unknown_values',
  'no_answer',
  'unreadable',
  'not_permitted',
]);
export type UnjudgedReason = z.infer<typeof UnjudgedReason>;

/** One resource or write whose verdict changes; equal decisions are one change. */
export const PolicyPreviewChange = z.looseObject({
  source: PreviewSource,
  effect: PreviewEffect.describe(
    '`newly_refused` and `newly_allowed` compare all policies of today with and without the ' +
      'draft; `newly_warned`: the write stays allowed, with a warning',
  ),
  operation: z.string().describe('Name of the operation that was asked about: vm.update'),
  resource_kind: z.string(),
  resource_id: z.string().nullable().describe('null before the resource exists'),
  resource_name: z.string().nullable(),
  user_id: z.string().nullable().describe('Name of the API key of the caller; null for resources'),
  messages: z
    .array(z.string())
    .describe('Messages of the draft; for `newly_allowed` those of the policy that it replaces'),
  policy: z
    .string()
    .optional()
    .describe(
      'Name of the policy that decides otherwise, where drafts of data documents are judged',
    ),
  count: z.int().describe('Number of equal decisions; 1 for resources and plans'),
  last_at: Timestamp.nullable().describe('Time of the latest of them; null for resources'),
});
export type PolicyPreviewChange = z.infer<typeof PolicyPreviewChange>;

/** Number of items judged. */
export const PreviewJudged = z.looseObject({
  source: PreviewSource,
  resource_kind: z.string(),
  count: z.int(),
});
export type PreviewJudged = z.infer<typeof PreviewJudged>;

/** Items not judged, and the reason. */
export const PreviewUnjudged = z.looseObject({
  source: PreviewSource,
  reason: UnjudgedReason,
  count: z.int().nullable().describe('null where it is not known how many there are'),
  detail: z.string(),
});
export type PreviewUnjudged = z.infer<typeof PreviewUnjudged>;

/** A part of the preview of a draft. */
export const PolicyPreview = z.looseObject({
  changes: z.array(PolicyPreviewChange),
  judged: z.array(PreviewJudged).describe('Number of judged resources and writes of this part'),
  unjudged: z.array(PreviewUnjudged).describe('What could not be judged in this part, and why'),
  notices: z.array(z.string()).describe('Notices about the draft itself, in the first part'),
  progress: z
    .looseObject({
      source: PreviewSource,
      resource_kind: z.string().nullable().describe('Kind that comes next; null for decisions'),
      at: Timestamp.nullable().describe('Decisions have been judged back to this time'),
    })
    .describe('Where this part has ended'),
  next_position: z.string().nullable().describe('`position` of the next part; null after the last'),
});
export type PolicyPreview = z.infer<typeof PolicyPreview>;
