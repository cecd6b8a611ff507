/** Rows of the operations table about workflows and runbooks. */
import { z } from 'zod';
import { Moment } from '../formats/read-moment.ts';
import { OperationId, WorkflowId } from '../ids.ts';
import { JsonObject } from '../json.ts';
import { Comment } from '../operation/hold.ts';
import { list, listShape, oneOf, oneOfTexts } from '../operation/listing.ts';
import {
  change,
  create,
  ifRevision,
  keyed,
  look,
  named,
  page,
  removed,
  written,
} from '../operation/operation-shapes.ts';
import { Backfill } from './backfill.ts';
import { Bundle } from './bundle.ts';
import { SignalName, StepId } from './definition.ts';
import { Execution, ExecutionLog, ExecutionSummary } from './execution.ts';
import { ExecutionReport, ReportFormat } from './execution-report.ts';
import { ExecutionSignal, SignalData } from './signal.ts';
import {
  Workflow,
  WorkflowKind,
  WorkflowSummary,
  WorkflowText,
  WorkflowVersion,
} from './workflow.ts';

const version = z.int().min(1);

const ENABLED = 'Whether it may run; a disabled one is stored and starts nothing';

const VERSION_LISTING = {
  filters: { created_by: oneOfTexts('Only those that one of these principals wrote') },
  sort: ['created_at'],
  search: [],
  time: 'created_at',
} as const;

/** Shared parts of pausing and resuming. */
const steered = {
  ...change,
  input: z.strictObject({ id: OperationId }),
  output: z.looseObject({ resource: Execution }),
  problems: ['not-found', 'policy-denied', 'conflict'],
} as const;

/** Ids of steps have at most 64 characters, and attempts add a few. */
const STEP_LENGTH_MAX = 128;

/** The rows by name. */
export const workflowOperations = {
  'workflow.create': {
    ...create,
    feature: 'workflows',
    summary: 'Stores a workflow or a runbook.',
    rest: { method: 'POST', path: '/workflows', status: 201 },
    input: z.strictObject({
      text: WorkflowText,
      files: Bundle.optional().describe('Bundle of its playbooks; none unless given'),
      enabled: z.boolean().default(true).describe(ENABLED),
      ...keyed,
    }),
    output: written(Workflow),
    problems: [
      'name-taken',
      'policy-denied',
      'quota-exceeded',
      'in-use',
      'conflict',
      'feature-disabled',
      'storage-full',
      'idempotency-key-reused',
    ],
  },
  'workflow.get': {
    ...look,
    summary: 'Shows a workflow or a runbook, now or at an earlier version.',
    rest: { method: 'GET', path: '/workflows/{id}', status: 200 },
    input: z.strictObject({
      id: WorkflowId,
      at_version: version.optional().describe('Version to show. Default: the current one'),
    }),
    output: Workflow,
    problems: ['not-found'],
  },
  'workflow.list': {
    ...look,
    summary: 'Lists workflows and runbooks without their texts.',
    rest: { method: 'GET', path: '/workflows', status: 200 },
    ...list(WorkflowSummary, {
      filters: {
        ...named,
        kind: WorkflowKind.optional().describe('Only workflows, or only runbooks'),
        created_by: oneOfTexts('Only those that one of these principals created'),
      },
      sort: ['created_at', 'name'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'workflow.update': {
    ...change,
    feature: 'workflows',
    summary:
      'Updates, enables or disables a workflow or a runbook; a new text creates a new version.',
    rest: { method: 'PATCH', path: '/workflows/{id}', status: 200 },
    input: z.strictObject({
      id: WorkflowId,
      text: WorkflowText.optional().describe(
        'Definition of the workflow or runbook, in YAML or JSON; as it is unless given',
      ),
      files: Bundle.optional().describe('Bundle of its playbooks; as it is unless given'),
      enabled: z.boolean().optional().describe(`${ENABLED}; as it is unless given`),
      if_revision: ifRevision,
    }),
    output: written(Workflow),
    problems: [
      'not-found',
      'policy-denied',
      'revision-mismatch',
      'in-use',
      'conflict',
      'feature-disabled',
      'storage-full',
    ],
  },
  'workflow.rollback': {
    ...change,
    feature: 'workflows',
    summary:
      'Restores an earlier text of a workflow or a runbook as a new version, validated again.',
    rest: { method: 'POST', path: '/workflows/{id}/rollback', status: 200 },
    input: z.strictObject({
      id: WorkflowId,
      to_version: version.describe('Version to restore'),
      if_revision: ifRevision,
    }),
    output: written(Workflow),
    problems: [
      'not-found',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'feature-disabled',
      'storage-full',
    ],
  },
  'workflow.authorize': {
    ...change,
    role: 'admin',
    feature: 'workflows',
    summary:
      'Authorizes the current text of a workflow to run as the API key it names, or revokes it.',
    rest: { method: 'POST', path: '/workflows/{id}/authorize', status: 200 },
    input: z.strictObject({
      id: WorkflowId,
      digest: z.string().max(64).describe('`digest` of the text that was read: another is refused'),
      revoke: z.boolean().default(false).describe('Ends the authorization instead'),
      if_revision: ifRevision,
    }),
    output: written(Workflow),
    problems: [
      'not-found',
      'policy-denied',
      'revision-mismatch',
      'conflict',
      'feature-disabled',
      'storage-full',
    ],
  },
  'workflow.versions': {
    ...look,
    summary: 'Lists the versions of a workflow, oldest first, with authors and times.',
    rest: { method: 'GET', path: '/workflows/{id}/versions', status: 200 },
    input: z.strictObject({ id: WorkflowId, ...listShape(WorkflowVersion, VERSION_LISTING) }),
    output: page(WorkflowVersion),
    listing: VERSION_LISTING,
    problems: ['not-found'],
  },
  'workflow.run': {
    ...create,
    applies: 'nothing',
    feature: 'workflows',
    summary: 'Starts an execution of a workflow or a runbook, with a version of its text.',
    rest: { method: 'POST', path: '/workflows/{id}/run', status: 202 },
    input: z.strictObject({
      id: WorkflowId,
      at_version: version.optional().describe('Version to run. Default: the current one'),
      inputs: JsonObject.default({}).describe('Values of the inputs, by name'),
      only_step: StepId.optional().describe(
        'Id of a step that runs without the others, after the approvals before it',
      ),
      outputs_from: OperationId.optional().describe(
        'Execution of the same text, whose inputs and outputs `only_step` gets',
      ),
      ...keyed,
    }),
    output: written(Workflow),
    problems: [
      'not-found',
      'in-use',
      'policy-denied',
      'conflict',
      'feature-disabled',
      'storage-full',
      'idempotency-key-reused',
    ],
  },
  'workflow.backfill': {
    ...change,
    feature: 'workflows',
    summary: 'Starts executions for the scheduled times of a past period.',
    rest: { method: 'POST', path: '/workflows/{id}/backfill', status: 200 },
    input: z.strictObject({
      id: WorkflowId,
      schedule: z
        .int()
        .min(0)
        .optional()
        .describe('Place of the schedule in the text, from 0; needed where it has several'),
      from: Moment.describe('Begin of the period: RFC 3339, or how long ago it was'),
      until: Moment.describe('End of the period, which is not a part of it'),
      dry_run: z.boolean().default(false).describe('Shows the moments without starting anything'),
      confirm: z
        .int()
        .min(0)
        .optional()
        .describe('`count` of the dry run; needed unless this is one'),
    }),
    output: Backfill,
    problems: ['not-found', 'in-use', 'policy-denied', 'conflict', 'feature-disabled'],
  },
  'workflow.delete': {
    ...change,
    summary: 'Deletes a workflow or a runbook with its versions, unless it runs.',
    rest: { method: 'DELETE', path: '/workflows/{id}', status: 200 },
    input: z.strictObject({ id: WorkflowId, if_revision: ifRevision }),
    output: removed,
    problems: ['not-found', 'in-use', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'execution.get': {
    ...look,
    summary: 'Shows an execution with its steps, their attempts and outputs.',
    rest: { method: 'GET', path: '/executions/{id}', status: 200 },
    input: z.strictObject({ id: OperationId }),
    output: Execution,
    problems: ['not-found'],
  },
  'execution.logs': {
    ...look,
    summary: 'Shows the output of the command or playbook of a step, also while it runs.',
    rest: { method: 'GET', path: '/executions/{id}/logs', status: 200 },
    input: z.strictObject({
      id: OperationId,
      step: z.string().max(STEP_LENGTH_MAX).describe('Id of the step, or of an item: boot[0]'),
      attempt: z
        .string()
        .max(STEP_LENGTH_MAX)
        .optional()
        .describe('Key of an attempt, such as boot#2; undo:boot#1 has taken it back'),
      from: z
        .int()
        .min(0)
        .default(0)
        .describe(
          'Position in the log to start from: `next` of the previous answer. Unit: characters',
        ),
    }),
    output: ExecutionLog,
    problems: ['not-found'],
  },
  'execution.report': {
    ...look,
    summary: 'Writes a report of an execution: steps, people, outputs, failures, timeline.',
    rest: { method: 'GET', path: '/executions/{id}/report', status: 200 },
    input: z.strictObject({
      id: OperationId,
      format: ReportFormat.default('markdown').describe('Language of the report'),
    }),
    output: ExecutionReport,
    problems: ['not-found'],
  },
  'execution.pause': {
    ...steered,
    summary: 'Pauses an execution: running steps finish, and no new step starts.',
    rest: { method: 'POST', path: '/executions/{id}/pause', status: 200 },
  },
  'execution.resume': {
    ...steered,
    summary: 'Resumes a paused execution.',
    rest: { method: 'POST', path: '/executions/{id}/resume', status: 200 },
  },
  'execution.finish': {
    ...change,
    role: 'admin',
    summary: 'Closes a stuck execution whose steps were undone by hand.',
    rest: { method: 'POST', path: '/executions/{id}/finish', status: 200 },
    input: z.strictObject({
      id: OperationId,
      reason: Comment.describe('Note on what was done by hand, for others and the audit log'),
    }),
    output: z.looseObject({ resource: Execution }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'execution.signal': {
    ...change,
    summary: 'Sends a signal to an execution, for a step that waits for it now or later.',
    rest: { method: 'POST', path: '/executions/{id}/signal', status: 200 },
    input: z.strictObject({
      id: OperationId,
      signal: SignalName.describe('Name of the signal, as a step of the definition has it'),
      data: SignalData.optional().describe('Data for the outputs of the step, by name'),
    }),
    output: z.looseObject({
      resource: Execution,
      signal: ExecutionSignal,
      repeated: z
        .boolean()
        .describe('Whether one with this name had come before: that one counts, this one does not'),
    }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'execution.list': {
    ...look,
    summary: 'Lists executions, the newest first.',
    rest: { method: 'GET', path: '/executions', status: 200 },
    ...list(ExecutionSummary, {
      filters: {
        workflow_id: oneOf(WorkflowId, 'Only executions of one of these workflows'),
        created_by: oneOfTexts('Only those that one of these principals started'),
      },
      sort: ['-created_at'],
      search: ['workflow'],
      time: 'created_at',
    }),
    problems: [],
  },
} as const;
