/** Executions: runs of workflows and runbooks. Each is an operation, whose id it has. */
import { z } from 'zod';
import { OperationId, TenantId, WorkflowId } from '../ids.ts';
import { JsonObject } from '../json.ts';
import { ProblemDocument } from '../problem/problem.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';
import { AutomationHold } from './automation-operations.ts';
import { ExecutionSignal } from './signal.ts';
import { WorkflowKind } from './workflow.ts';

/** Status of an execution, running or ended. */
export const ExecutionStatus = z
  .enum([
    'running',
    'taking_back',
    'succeeded',
    'succeeded_with_failures',
    'failed',
    'stopped',
    'stuck',
  ])
  .describe(
    '`succeeded_with_failures`: steps have failed that it goes on without; `failed`: what could ' +
      'be taken back is taken back; `stopped`: a step that stops it has failed, and nothing is ' +
      'taken back, or it was cancelled; `stuck`: taking back has failed, and a person is needed',
  );
export type ExecutionStatus = z.infer<typeof ExecutionStatus>;

/** One step of an execution. */
export const ExecutionStep = z.looseObject({
  id: z
    .string()
    .describe('Id of the step in the definition; of an item with its position, such as boot[0]'),
  kind: z.string().describe('Kind of its action, such as task or workflow'),
  finally: z
    .boolean()
    .prefault(false)
    .describe('Whether it runs after the others, however they end'),
  status: z.enum([
    'waiting',
    'running',
    'succeeded',
    'skipped',
    'failed',
    'taking_back',
    'taken_back',
  ]),
  needs: z.array(z.string()).describe('Steps that end before it begins'),
  attempts: z.int().describe('Number of attempts'),
  operations: z
    .array(OperationId)
    .describe(
      'Operations that its attempts began, oldest first; those of a workflow are executions',
    ),
  outputs: JsonObject.nullable().describe(
    'Its outputs; null until it has succeeded; lists by item where it has for_each',
  ),
  artifacts: z
    .array(
      z.looseObject({
        name: z.string(),
        bytes: z.int(),
        sha256: z.string().describe('Hexadecimal'),
      }),
    )
    .prefault([])
    .describe('What it has saved for later steps of this execution, while that is stored'),
  message: z
    .string()
    .nullable()
    .describe('Reason its last attempt failed, or why a run of one step left it out'),
  runner: z
    .string()
    .nullable()
    .prefault(null)
    .describe('Name of the runner that its last attempt went to; null for other steps'),
  silence: z
    .looseObject({
      since: Timestamp.describe('Time its runner was last heard of'),
      until: Timestamp.describe('Time the attempt ends with unknown outcome, if it stays silent'),
    })
    .nullable()
    .prefault(null)
    .describe('Silence of the runner that the step waits for; null unless it is silent'),
  signal: z
    .looseObject({
      name: z.string(),
      until: Timestamp.describe('Time at which the step fails without the signal'),
    })
    .nullable()
    .prefault(null)
    .describe('The signal that it waits for now; null unless it does'),
  started_at: Timestamp.nullable(),
  ended_at: Timestamp.nullable(),
  of: z
    .string()
    .nullable()
    .prefault(null)
    .describe('The step that it is one of the items of; null for a step of the definition'),
  item: z.json().prefault(null).describe('The item; null for a step of the definition'),
});
export type ExecutionStep = z.infer<typeof ExecutionStep>;

/** Output of a step's command or playbook in one attempt. */
export const ExecutionLog = z.looseObject({
  step: z.string(),
  attempt: z.string().describe('Key of the attempt'),
  text: z
    .string()
    .describe('Standard output and error as they came, with secrets masked, beginning at `from`'),
  next: z.int().optional().describe('`from` of the request that reads on. Unit: characters'),
  dropped_bytes: z.int().describe('Output beyond the end of its log, which was dropped'),
  ended_at: Timestamp.nullable().describe('null while it runs: the text is what there is so far'),
});
export type ExecutionLog = z.infer<typeof ExecutionLog>;

/** Holders that an answer names. */
export const GROUP_HOLDERS_MAX = 50;

/** The concurrency group of an execution. */
export const ExecutionConcurrency = z.looseObject({
  group: z.string().describe('As the definition says it, with the values of inputs'),
  limit: z.int().describe('Maximum number of executions that may hold it at the same time'),
  when_busy: z.string().describe('Handling of an execution that finds it full'),
  place: z
    .int()
    .nullable()
    .describe('Its place among those that wait, from 1; null where it holds it or has ended'),
  holders: z
    .array(z.looseObject({ id: OperationId, workflow: z.string() }))
    .describe(`Executions that hold it now, oldest first; ${GROUP_HOLDERS_MAX} at most`),
});
export type ExecutionConcurrency = z.infer<typeof ExecutionConcurrency>;

/** An execution without its steps. */
export const ExecutionSummary = z.looseObject({
  id: OperationId.describe('Id of the execution, which is an operation'),
  tenant_id: TenantId,
  workflow_id: WorkflowId,
  workflow: z.string().describe('Name of the workflow or runbook'),
  kind: WorkflowKind,
  version: z.int().describe('Version of the text that it runs'),
  status: ExecutionStatus,
  paused_at: Timestamp.nullable()
    .prefault(null)
    .describe('Time it was paused; null unless paused. Its status stays `running`'),
  paused_by: PrincipalName.nullable().prefault(null).describe('Principal that paused it'),
  queued_for: z
    .string()
    .nullable()
    .prefault(null)
    .describe('The concurrency group that it waits for; null unless it waits for its turn'),
  only_step: z
    .string()
    .nullable()
    .prefault(null)
    .describe('The step that runs without the others; null where all of them run'),
  part_of: z
    .looseObject({
      execution_id: OperationId,
      workflow: z.string().describe('Name of the workflow of that execution'),
      step: z.string().describe('The step that has started this one, or the item'),
    })
    .nullable()
    .prefault(null)
    .describe('The execution that it is a part of; null unless a step has started it'),
  created_at: Timestamp,
  created_by: PrincipalName,
  finished_at: Timestamp.nullable(),
});
export type ExecutionSummary = z.infer<typeof ExecutionSummary>;

/** SLA status of an execution: the time at which it counts as late. */
const ExecutionSla = z
  .looseObject({
    warns_at: Timestamp.nullable().describe('Time of the warning, unless it has ended by then'),
    breaches_at: Timestamp.describe('Time its SLA is breached, unless it has ended by then'),
    escalates_at: Timestamp.nullable().describe(
      'Time of the escalation, unless it has ended by then',
    ),
    warned_at: Timestamp.nullable().describe('Time the warning was sent; null unless it was late'),
    breached_at: Timestamp.nullable().describe(
      'Time the breach was detected; null unless it was late',
    ),
    escalated_at: Timestamp.nullable().describe('Time it was escalated; null unless it was late'),
  })
  .describe('Its SLA; null where its workflow has none');
export type ExecutionSla = z.infer<typeof ExecutionSla>;

/** An execution as answers carry it. */
export const Execution = ExecutionSummary.extend({
  digest: z.string().describe('SHA-256 of the text that it runs and its bundle, hexadecimal'),
  inputs: JsonObject.describe('Its inputs, with defaults'),
  run_as: PrincipalName.nullable()
    .prefault(null)
    .describe(
      'Principal its steps act as: the one that started it, or the API key named in its text',
    ),
  outputs_from: OperationId.nullable()
    .prefault(null)
    .describe('The execution whose outputs `only_step` got; null where it needed none'),
  steps: z.array(ExecutionStep).describe('Its steps, as the definition has them'),
  concurrency: ExecutionConcurrency.nullable()
    .prefault(null)
    .describe('Its concurrency group; null where its definition has none'),
  held: AutomationHold.nullable()
    .prefault(null)
    .describe('The hold by which none of its steps begins; null unless automation is held'),
  signals: z
    .array(ExecutionSignal)
    .prefault([])
    .describe('The signals that it was sent, oldest first, also those that no step waits for yet'),
  problem: ProblemDocument.nullable().describe('Reason it did not succeed'),
  sla: ExecutionSla.nullable().prefault(null),
});
export type Execution = z.infer<typeof Execution>;
