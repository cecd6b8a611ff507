/** Shows workflows as graphs: what earlier executions say about them, and drawings. */
import type { WorkflowGraph } from '@novacron/contract/automation/workflow-analysis';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { writeMermaid } from '@novacron/engine/automation/workflows/graph/write-mermaid';
import { writeSvg } from '@novacron/engine/automation/workflows/graph/write-svg';
import { planGraph } from '@novacron/engine/automation/workflows/plan-graph';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { readAnalysed, toPlanFields } from './read-analysed.ts';

const DRAWINGS = { mermaid: writeMermaid, svg: writeSvg, json: () => null } as const;

/** Shows the graph of a version. Problems: `not-found`. */
export async function showGraph(
  deps: CapabilityDeps,
  input: ParsedInputOf<'workflow.graph'>,
  context: CallContext,
): Promise<Result<WorkflowGraph, Problem>> {
  const found = await readAnalysed(deps, input, context);
  if (!found.ok) return found;
  const { definition, learned, about } = found.value;
  const graph = planGraph(definition, learned);
  return ok({
    ...about,
    nodes: graph.nodes.map((node) => ({
      id: node.id,
      kind: node.kind,
      detail: node.detail,
      level: node.level,
      duration_ms: node.durationMs,
      duration_ms_p90: node.learned?.highMs ?? null,
      learned_from: node.learned?.runs ?? 0,
      earliest_ms: node.earliestMs,
      slack_ms: node.slackMs,
    })),
    edges: [...graph.edges],
    ...toPlanFields(graph),
    drawing: DRAWINGS[input.format](definition, graph.criticalPath),
  });
}
