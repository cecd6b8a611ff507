/** Analysis of a workflow's text and its earlier executions. */
import { z } from 'zod';
import { WorkflowId } from '../ids.ts';

/** Unit: milliseconds. */
const ms = z.int().min(0);

/** A step of the graph of a workflow. */
const WorkflowGraphNode = z.looseObject({
  id: z.string().describe('Id of the step'),
  kind: z.string().describe('Kind of its action: task or wait'),
  detail: z.string().describe('One-line summary of the step'),
  level: z.int().describe('From 0; steps of one level do not wait for each other'),
  duration_ms: ms.describe(
    'Expected duration: the median of earlier executions; without one as the step says, or 1 s',
  ),
  duration_ms_p90: ms
    .nullable()
    .describe('Nine in ten executions took no longer; null without an earlier one'),
  learned_from: z.int().describe('Number of earlier executions that the duration is learned from'),
  earliest_ms: ms.describe('Earliest start after the start of the run'),
  slack_ms: ms.describe('Time it may be delayed without delaying the run; 0 if critical'),
});

/** Expected duration of a run, in answers. */
export const planFields = {
  critical_path: z
    .array(z.string())
    .describe('The longest chain of steps, which decides how long a run takes'),
  makespan_ms: ms.describe('Time from begin to end, where each step begins as early as it may'),
  serial_ms: ms.describe('Time that the steps take one after another'),
  parallel_max: z.int().describe('The most steps that run at the same time'),
};

/** Identification of a workflow's version in such answers. */
export const analysedFields = {
  workflow_id: WorkflowId,
  workflow: z.string().describe('Name of the workflow or runbook'),
  version: z.int().describe('Version of the text'),
  executions: z
    .int()
    .describe('Earlier executions, of any version, that durations are learned from'),
};

/** The graph of a workflow. */
export const WorkflowGraph = z.looseObject({
  ...analysedFields,
  nodes: z.array(WorkflowGraphNode).describe('Steps, level by level'),
  edges: z
    .array(z.looseObject({ from: z.string(), to: z.string().describe('The step that needs it') }))
    .describe('Dependencies: which step ends before which one begins'),
  ...planFields,
  drawing: z
    .string()
    .nullable()
    .describe('The graph in the language that was asked for; null for `json`'),
});
export type WorkflowGraph = z.infer<typeof WorkflowGraph>;

const Effects = z.looseObject({
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  source: z
    .enum(['declared', 'derived'])
    .describe('`declared`: the step says so; `derived`: its task does so'),
});

const PlannedRun = z.looseObject(planFields);

/** Other needs for the steps of a workflow, and what they are good for. */
export const WorkflowOptimization = z.looseObject({
  ...analysedFields,
  saved_ratio: z
    .number()
    .min(0)
    .max(1)
    .describe('Share of the time of a run that is saved; 0: nothing is proposed'),
  before: PlannedRun.describe('A simulated run of the version'),
  after: PlannedRun.describe('A simulated run with the needs that are proposed'),
  steps: z
    .array(
      z.looseObject({
        id: z.string(),
        needs_before: z.array(z.string()),
        needs: z.array(z.string()).describe('To write into the text'),
      }),
    )
    .describe('The steps whose needs change'),
  dropped: z
    .array(
      z.looseObject({
        from: z.string(),
        to: z.string().describe('The step that need not wait for it'),
        from_effects: Effects,
        to_effects: Effects,
      }),
    )
    .describe('Needs that are dropped: neither step writes what the other one uses'),
  kept: z
    .array(
      z.looseObject({
        from: z.string(),
        to: z.string(),
        reason: z
          .enum(['outputs', 'effects', 'unknown'])
          .describe(
            '`outputs`: it uses outputs or the status of the other; `effects`: one writes what ' +
              'the other uses; `unknown`: one of them does not say what it reads and writes',
          ),
      }),
    )
    .describe('Needs that stay, and why'),
});
export type WorkflowOptimization = z.infer<typeof WorkflowOptimization>;
