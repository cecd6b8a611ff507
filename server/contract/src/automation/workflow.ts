/**
 * Stored workflows and runbooks: texts in the format of `definition.ts`. Each change of a text is a
 * new version. A runbook is a workflow whose `kind` says so.
 */
import { z } from 'zod';
import { OperationId, TenantId, WorkflowId } from '../ids.ts';
import { JsonObject } from '../json.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';
import { AutomationDefinition } from './definition.ts';

/** Longer texts are several workflows. Unit: characters. */
export const WORKFLOW_TEXT_LENGTH_MAX = 262_144;

/** Workflows and runbooks of a tenant. */
export const WORKFLOWS_MAX = 500;

/** Deliveries to webhooks are sent to this path of the server, with workflow and webhook behind. */
export const WEBHOOKS_PATH = '/webhooks';

/** The text of a definition in a request. */
export const WorkflowText = z
  .string()
  .min(1)
  .max(WORKFLOW_TEXT_LENGTH_MAX, { abort: true })
  .describe('Definition of the workflow or runbook, in YAML or JSON');

const { kind, name, title, description, type } = AutomationDefinition.shape;

/** Whether it is a workflow or a runbook. */
export const WorkflowKind = kind.unwrap();
export type WorkflowKind = z.infer<typeof WorkflowKind>;

/** A workflow without its text. */
export const WorkflowSummary = z.looseObject({
  id: WorkflowId,
  tenant_id: TenantId,
  name: name.describe('Name in the text, unique in the tenant'),
  kind: WorkflowKind.describe('Whether it is a workflow or a runbook'),
  enabled: z
    .boolean()
    .prefault(true)
    .describe('Whether it may run; nothing starts executions of a disabled one'),
  version: z.int().describe('Version of the text; increases when the text changes'),
  digest: z.string().describe('SHA-256 of the text and its bundle, hexadecimal'),
  revision: z.int().describe('Increases with each change; the ETag'),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type WorkflowSummary = z.infer<typeof WorkflowSummary>;

/** Automatic start of a workflow's executions: a schedule or a trigger in its text. */
export const WorkflowSchedule = z.looseObject({
  kind: z
    .enum(['schedule', 'event', 'metric', 'webhook'])
    .describe('Whether the clock starts it, an event, a metric or a delivery'),
  version: z.int().describe('Version of the text that it runs'),
  state: z
    .enum(['on', 'off'])
    .describe('`off`: the workflow is disabled, or who wrote the text may not act any more'),
  spec: JsonObject.describe('The schedule or trigger as the text has it'),
  address: z
    .string()
    .optional()
    .describe('Path on this server that deliveries are sent to; only of webhooks'),
  next_at: Timestamp.nullable().describe('Time of its next start; null unless it has a schedule'),
  last_at: Timestamp.nullable().describe('Time it last started or skipped a run'),
  last_execution_id: OperationId.nullable().describe('The execution that it started last'),
  last_outcome: z.string().nullable().describe('`started`, or why nothing was started'),
});
export type WorkflowSchedule = z.infer<typeof WorkflowSchedule>;

/** The API key that a text runs as, and whether it may. */
const WorkflowRunAs = z.looseObject({
  principal: PrincipalName.describe('Name of the API key in the text'),
  authorized: z.boolean().describe('Whether an admin has authorized this text to run as that key'),
  authorized_by: PrincipalName.nullable().describe('Admin who authorized it; null if no one has'),
  authorized_at: Timestamp.nullable(),
});

/** A workflow as answers carry it. */
export const Workflow = WorkflowSummary.extend({
  text: z.string().describe('Definition, as it was given'),
  title,
  description,
  type,
  run_as: WorkflowRunAs.nullable()
    .prefault(null)
    .describe('The API key that its steps act as; null where they act as who starts it'),
  signed_by: z
    .string()
    .nullable()
    .prefault(null)
    .describe('Author whose signature the text has; null without one that counts now'),
  bundle: z
    .array(z.looseObject({ path: z.string(), bytes: z.int() }))
    .prefault([])
    .describe('Files of its bundle: playbooks, and what they use'),
  warnings: z.array(z.string()).describe('Possible mistakes in the text, each with its line'),
  starts: z.array(WorkflowSchedule).prefault([]).describe('Schedules and triggers that start it'),
});
export type Workflow = z.infer<typeof Workflow>;

/** A text that a workflow has, or had. */
export const WorkflowVersion = z.looseObject({
  version: z.int().describe('Version of the text'),
  digest: z.string().describe('SHA-256 of the text and its bundle, hexadecimal'),
  signed_by: z
    .string()
    .nullable()
    .prefault(null)
    .describe('Author whose signature it has; null without one that counts now'),
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type WorkflowVersion = z.infer<typeof WorkflowVersion>;
