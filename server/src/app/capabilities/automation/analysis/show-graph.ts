/** Shows workflows as graphs: what earlier executions say about them, and drawings. */
import type { WorkflowGraph } from '@novacron/contract/automation/workflow-analysis';
import { WorkflowId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { writeMermaid } from '@novacron/engine/automation/graph/write-mermaid';
import { writeSvg } from '@novacron/engine/automation/graph/write-svg';
import { learnDurations } from '@novacron/engine/automation/order/learn-durations';
import { planGraph } from '@novacron/engine/automation/plan-graph';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { findVersion, findWorkflow } from '../../../resources/workflow/read-workflows.ts';
import { definitionOf } from '../../../resources/workflow/workflow-row.ts';
import type { CapabilityDeps } from '../../deps.ts';
import { readDurations } from './step-times.ts';

const DRAWINGS = { mermaid: writeMermaid, svg: writeSvg, json: () => null } as const;

/** Shows the graph of a version. Problems: `not-found`. */
export async function showGraph(
  deps: CapabilityDeps,
  { id, at_version, format }: ParsedInputOf<'workflow.graph'>,
  context: CallContext,
): Promise<Result<WorkflowGraph, Problem>> {
  const found = await findWorkflow(deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  const version = await findVersion(deps, row, at_version);
  if (!version.ok) return version;
  const { definition } = definitionOf(version.value);
  const { samples, executions } = await readDurations(deps.store, row);
  const graph = planGraph(definition, learnDurations(samples));
  return ok({
    workflow_id: WorkflowId.parse(row.id),
    workflow: row.name,
    version: version.value.version,
    executions,
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
    critical_path: [...graph.criticalPath],
    makespan_ms: graph.makespanMs,
    serial_ms: graph.serialMs,
    parallel_max: graph.parallelMax,
    drawing: DRAWINGS[format](definition, graph.criticalPath),
  });
}
