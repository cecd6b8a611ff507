/** Rows of the operations table about runbooks as proposals, of history and of a model. */
import { z } from 'zod';
import { IncidentId } from '../ids.ts';
import { look } from '../operation/operation-shapes.ts';
import { ModelDraft, RunbookDraft } from './runbook-draft.ts';

/** Unit: characters. */
const CAUSE_LENGTH_MAX = 64;

const evidence = {
  cause: z
    .string()
    .max(CAUSE_LENGTH_MAX, { abort: true })
    .regex(/^[a-z_]+$/, 'must be a cause such as unhealthy')
    .optional()
    .describe('Cause of incidents; that of the incident unless given'),
  incident_id: IncidentId.optional().describe('Incident whose VM the inputs name'),
};

/** The rows by name. */
export const runbookOperations = {
  'runbook.generate': {
    ...look,
    summary: 'Proposes a runbook from what resolved earlier incidents of a cause; stores nothing.',
    rest: { method: 'GET', path: '/runbooks/generated', status: 200 },
    input: z.strictObject(evidence),
    output: RunbookDraft,
    problems: ['not-found'],
  },
  'runbook.draft': {
    effect: 'write',
    role: 'operator',
    idempotency: 'none',
    applies: 'nothing',
    feature: 'ai_drafts',
    summary:
      'Previews the prompt for a drafted runbook, or sends it and stores the draft disabled.',
    rest: { method: 'POST', path: '/runbooks/drafts', status: 200 },
    input: z.strictObject({
      ...evidence,
      send: z
        .boolean()
        .default(false)
        .describe('Sends the request; otherwise the answer has what it would be'),
      save: z
        .boolean()
        .default(false)
        .describe('Stores a draft without problems as a disabled runbook; needs `send`'),
    }),
    output: ModelDraft,
    problems: [
      'not-found',
      'policy-denied',
      'feature-disabled',
      'unavailable',
      'operation-failed',
      'name-taken',
      'quota-exceeded',
      'in-use',
      'conflict',
      'storage-full',
    ],
  },
} as const;
