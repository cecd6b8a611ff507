/** Reads what an answer about a workflow is made of: a version, and what earlier executions say. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { WorkflowGraph } from '@novacron/contract/automation/workflow-analysis';
import { WorkflowId } from '@novacron/contract/ids';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import {
  type LearnedDuration,
  learnDurations,
} from '@novacron/engine/automation/workflows/order/learn-durations';
import type { StepTimes } from '@novacron/engine/automation/workflows/order/time-steps';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { findVersion, findWorkflow } from '../../../resources/workflow/read-workflows.ts';
import { definitionOf } from '../../../resources/workflow/workflow-row.ts';
import { readDurations } from './step-times.ts';

/** A version of a workflow, and how long its steps took. */
export interface Analysed {
  readonly definition: AutomationDefinition;
  /** Durations of steps, by id. */
  readonly learned: ReadonlyMap<string, LearnedDuration>;
  /** Common first fields of answers. */
  readonly about: Pick<WorkflowGraph, 'workflow_id' | 'workflow' | 'version' | 'executions'>;
}

/** Reads a version, the current one unless another is named. Problems: `not-found`. */
export async function readAnalysed(
  deps: CapabilityDeps,
  { id, at_version }: { readonly id: WorkflowId; readonly at_version?: number | undefined },
  context: CallContext,
): Promise<Result<Analysed, Problem>> {
  const found = await findWorkflow(deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  const version = await findVersion(deps, row, at_version);
  if (!version.ok) return version;
  const { definition } = definitionOf(version.value);
  const { samples, executions } = await readDurations(deps.store, row);
  return ok({
    definition,
    learned: learnDurations(samples),
    about: {
      workflow_id: WorkflowId.parse(row.id),
      workflow: row.name,
      version: version.value.version,
      executions,
    },
  });
}

/** Returns the durations of a run as fields of an answer. */
export function toPlanFields(times: Omit<StepTimes, 'times'>) {
  const { makespanMs, serialMs, parallelMax, criticalPath } = times;
  return {
    critical_path: [...criticalPath],
    makespan_ms: makespanMs,
    serial_ms: serialMs,
    parallel_max: parallelMax,
  };
}
