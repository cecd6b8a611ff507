/** Rows of the operations table that find something out about workflows. */
import { z } from 'zod';
import { WorkflowId } from '../ids.ts';
import { look } from '../operation/operation-shapes.ts';
import { WorkflowGraph, WorkflowOptimization } from './workflow-analysis.ts';

const analysed = {
  id: WorkflowId,
  at_version: z.int().min(1).optional().describe('Version of the text. Default: the current one'),
};

/** The rows by name. */
export const workflowAnalysisOperations = {
  'workflow.graph': {
    ...look,
    summary: 'Shows the steps of a workflow as a graph, with durations and the critical path.',
    rest: { method: 'GET', path: '/workflows/{id}/graph', status: 200 },
    input: z.strictObject({
      ...analysed,
      format: z
        .enum(['json', 'mermaid', 'svg'])
        .default('json')
        .describe('Language of `drawing`; its texts are escaped'),
    }),
    output: WorkflowGraph,
    problems: ['not-found'],
  },
  'workflow.optimize': {
    ...look,
    summary:
      'Suggests steps of a workflow that could run in parallel, and the time this would save.',
    rest: { method: 'GET', path: '/workflows/{id}/optimization', status: 200 },
    input: z.strictObject(analysed),
    output: WorkflowOptimization,
    problems: ['not-found'],
  },
} as const;
