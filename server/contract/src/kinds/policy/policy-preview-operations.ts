/** The row of the operations table that previews a draft of a policy. */
import { z } from 'zod';
import { PolicyId } from '../../ids.ts';
import { look } from '../../operation/operation-shapes.ts';
import { PolicyUpdate } from './policy.ts';
import { PolicyDataCreate } from './policy-data.ts';
import { PolicyPreview, PreviewSource } from './policy-preview.ts';

const DAYS_MAX = 366;
const DAYS_DEFAULT = 30;
const POSITION_LENGTH_MAX = 512;

/** A plan rarely changes more. */
const DATA_DRAFTS_MAX = 10;

/** The rows by name. */
export const policyPreviewOperations = {
  'policy.preview': {
    ...look,
    summary:
      'Shows what a draft of a policy would newly refuse or allow; changes nothing. Each call ' +
      'judges a part.',
    rest: { method: 'POST', path: '/policy-previews', status: 200 },
    input: z.strictObject({
      id: PolicyId.optional().describe('Policy that the draft replaces. Default: a new one'),
      draft: PolicyUpdate.default({}).describe(
        'Fields of the policy; those left out stay as they are. The draft is judged as enabled, ' +
          'unless `enabled` is false',
      ),
      data: z
        .array(PolicyDataCreate)
        .min(1)
        .max(DATA_DRAFTS_MAX)
        .optional()
        .describe(
          'Data documents as they would be. Without `id` and `draft` the enabled policies that ' +
            'read them are judged, one after another; else the draft is judged with them',
        ),
      sources: z
        .array(PreviewSource)
        .min(1)
        .max(PreviewSource.options.length)
        .default(PreviewSource.options)
        .describe('What the draft is judged against'),
      days: z
        .int()
        .min(1)
        .max(DAYS_MAX)
        .default(DAYS_DEFAULT)
        .describe('Age of the oldest decisions and plans, in days'),
      position: z
        .string()
        .max(POSITION_LENGTH_MAX, { abort: true })
        .regex(/^[\w-]+$/)
        .optional()
        .describe('next_position of the part before. Default: the first part'),
    }),
    output: PolicyPreview,
    problems: ['not-found', 'rule-invalid', 'name-taken', 'quota-exceeded'],
  },
} as const;
