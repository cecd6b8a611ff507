/** Rows of the operations table about runbooks as proposals. */
import { z } from 'zod';
import { IncidentId } from '../ids.ts';
import { look } from '../operation/operation-shapes.ts';
import { RunbookDraft } from './runbook-draft.ts';

/** Unit: characters. */
const CAUSE_LENGTH_MAX = 64;

/** The rows by name. */
export const runbookOperations = {
  'runbook.generate': {
    ...look,
    summary: 'Proposes a runbook by what helped in earlier incidents of a cause; stores nothing.',
    rest: { method: 'GET', path: '/runbooks/generated', status: 200 },
    input: z.strictObject({
      cause: z
        .string()
        .max(CAUSE_LENGTH_MAX, { abort: true })
        .regex(/^[a-z_]+$/, 'must be a cause such as unhealthy')
        .optional()
        .describe('Cause of incidents; that of the incident unless given'),
      incident_id: IncidentId.optional().describe('Incident whose VM the inputs name'),
    }),
    output: RunbookDraft,
    problems: ['not-found'],
  },
} as const;
