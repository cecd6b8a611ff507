/** Reports of executions: for people who were not there. */
import { z } from 'zod';
import { OperationId } from '../ids.ts';
import { WorkflowKind } from './workflow.ts';

/** Languages of reports. */
export const ReportFormat = z.enum(['markdown', 'html']);
export type ReportFormat = z.infer<typeof ReportFormat>;

/** The report of an execution. */
export const ExecutionReport = z.looseObject({
  execution_id: OperationId,
  workflow: z.string().describe('Name of the workflow or runbook'),
  kind: WorkflowKind,
  format: ReportFormat,
  text: z
    .string()
    .describe(
      'Version, inputs, secrets by name and version, steps, outputs, votes and checks of people, ' +
        'failures, timeline; values are escaped, HTML has no scripts',
    ),
});
export type ExecutionReport = z.infer<typeof ExecutionReport>;
