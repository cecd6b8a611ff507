/** Runbooks that are proposed by what helped in earlier incidents. Nothing of it is stored. */
import { z } from 'zod';
import { IncidentId, WorkflowId } from '../ids.ts';
import { JsonObject } from '../json.ts';

/** Incidents that an answer names for each sequence. */
export const NAMED_INCIDENTS_MAX = 20;

/** Tasks that were done one after another in several incidents, and how they ended. */
export const RecoverySequence = z.looseObject({
  tasks: z.array(z.string()).describe('Operations, in the order in which they were done'),
  incidents: z.int().describe('In how many incidents they were done'),
  incident_ids: z
    .array(IncidentId)
    .describe(`Ids of these incidents, the latest ${NAMED_INCIDENTS_MAX}`),
  helped: z.int().describe('In how many of them it was the last thing done, and succeeded'),
  success_rate: z.number().min(0).max(1).describe('`helped` by `incidents`, 0 to 1'),
  median_seconds: z
    .number()
    .describe('From its beginning to the end of the incident, where it helped. Unit: seconds'),
  by_people: z.int().describe('In how many of them a person did a part of it'),
});
export type RecoverySequence = z.infer<typeof RecoverySequence>;

/** A stored workflow or runbook that was run in earlier incidents of the cause. */
export const SuggestedRunbook = z.looseObject({
  workflow_id: WorkflowId,
  workflow: z.string().describe('Name of the workflow or runbook'),
  executions: z.int().describe('Executions whose steps changed a VM of such an incident'),
  succeeded: z.int().describe('Number of them that succeeded'),
  enabled: z.boolean().prefault(true).describe('Whether it may run now'),
});
export type SuggestedRunbook = z.infer<typeof SuggestedRunbook>;

/** A runbook that a model has drafted, or what it would be asked. */
export const ModelDraft = z.looseObject({
  cause: z.string(),
  host: z.string().describe('Host of the endpoint, with its port where it is not the default'),
  model: z.string().describe('Name of the model'),
  outgoing: z
    .string()
    .describe('Body of the request, exactly as it is sent; placeholders stand for names'),
  sent: z.boolean().describe('Whether it was sent'),
  name: z.string().nullable().describe('Name of the draft; null where there is none'),
  text: z.string().nullable().describe('Draft in YAML, with names; null where nothing was sent'),
  problems: z.array(z.string()).describe('Reasons the draft cannot be stored; empty if it can'),
  warnings: z.array(z.string()).describe('Passages of the draft to review, each with its line'),
  workflow_id: WorkflowId.nullable().describe('The disabled runbook; null where none is stored'),
});
export type ModelDraft = z.infer<typeof ModelDraft>;

/** Successful actions in earlier incidents of a cause, and the best of them as a draft. */
export const RunbookDraft = z.looseObject({
  cause: z.string(),
  incidents: z.int().describe('Resolved incidents of the cause that were looked at'),
  sequences: z
    .array(RecoverySequence)
    .describe('Actions taken several times, the most successful first'),
  runbooks: z
    .array(SuggestedRunbook)
    .describe('Stored runbooks that were run, the most successful first'),
  name: z.string().nullable().describe('Name of the draft; null where nothing has helped twice'),
  text: z
    .string()
    .nullable()
    .describe('The best sequence as a runbook in YAML, with its evidence as comments; not stored'),
  warnings: z.array(z.string()).describe('Passages of the draft to review, each with its line'),
  inputs: JsonObject.nullable().describe(
    'Inputs of the draft that the incident of the request gives; null without one',
  ),
});
export type RunbookDraft = z.infer<typeof RunbookDraft>;
