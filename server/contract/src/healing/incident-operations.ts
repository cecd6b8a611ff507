/** Rows of the operations table about incidents. */

import { z } from 'zod';
import { IncidentId } from '../ids.ts';
import { Comment } from '../operation/hold.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { change, look } from '../operation/operation-shapes.ts';
import {
  Incident,
  IncidentCause,
  IncidentDetail,
  IncidentExplanation,
  IncidentSeverity,
  IncidentState,
  SilenceEnd,
} from './incident.ts';

/** The rows by name. */
export const incidentOperations = {
  'incident.get': {
    ...look,
    summary: 'Shows an incident with its VMs, what happened, and what can be done.',
    rest: { method: 'GET', path: '/orchestration/healing/incidents/{id}', status: 200 },
    input: z.strictObject({ id: IncidentId }),
    output: IncidentDetail,
    problems: ['not-found'],
  },
  'incident.explain': {
    ...look,
    summary: 'Explains an incident: likely causes with their evidence, and what held it up.',
    rest: {
      method: 'GET',
      path: '/orchestration/healing/incidents/{id}/explanation',
      status: 200,
    },
    input: z.strictObject({ id: IncidentId }),
    output: IncidentExplanation,
    problems: ['not-found'],
  },
  'incident.list': {
    ...look,
    summary: 'Lists incidents: failures of VMs and nodes, one for each cause.',
    rest: { method: 'GET', path: '/orchestration/healing/incidents', status: 200 },
    ...list(Incident, {
      filters: {
        state: oneOf(IncidentState, 'Only those in one of these states'),
        severity: oneOf(IncidentSeverity, 'Only those of one of these severities'),
        cause: oneOf(IncidentCause, 'Only those with one of these causes'),
        target: oneOfTexts('Only those about one of these, by name'),
      },
      sort: ['-opened_at', 'changed_at', 'severity', 'state', 'cause', 'target'],
      search: ['target', 'summary'],
      time: 'opened_at',
    }),
    problems: [],
  },
  'incident.ack': {
    ...change,
    summary: 'Acknowledges an incident: the caller takes ownership.',
    rest: { method: 'POST', path: '/orchestration/healing/incidents/{id}/ack', status: 200 },
    input: z.strictObject({
      id: IncidentId,
      comment: Comment.optional().describe('Comment for others, such as what is being done'),
    }),
    output: z.looseObject({ resource: Incident }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'incident.silence': {
    ...change,
    summary: 'Silences the events of an incident until a given time; healing continues.',
    rest: { method: 'POST', path: '/orchestration/healing/incidents/{id}/silence', status: 200 },
    input: z.strictObject({
      id: IncidentId,
      until: SilenceEnd,
    }),
    output: z.looseObject({ resource: Incident }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
} as const;
