/** Proposes other needs for the steps of workflows, with a simulated run before and after. */
import type { WorkflowOptimization } from '@novacron/contract/automation/workflow-analysis';
import { WorkflowId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { StepEffects } from '@novacron/engine/automation/effects/effects-of';
import { learnDurations } from '@novacron/engine/automation/order/learn-durations';
import type { StepTimes } from '@novacron/engine/automation/order/time-steps';
import { planReordering } from '@novacron/engine/automation/plan-reordering';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { findVersion, findWorkflow } from '../../../resources/workflow/read-workflows.ts';
import { definitionOf } from '../../../resources/workflow/workflow-row.ts';
import type { CapabilityDeps } from '../../deps.ts';
import { readDurations } from './step-times.ts';

/** Proposes a reordering of a version; it changes nothing. Problems: `not-found`. */
export async function showOptimization(
  deps: CapabilityDeps,
  { id, at_version }: ParsedInputOf<'workflow.optimize'>,
  context: CallContext,
): Promise<Result<WorkflowOptimization, Problem>> {
  const found = await findWorkflow(deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  const version = await findVersion(deps, row, at_version);
  if (!version.ok) return version;
  const { definition } = definitionOf(version.value);
  const { samples, executions } = await readDurations(deps.store, row);
  const plan = planReordering(definition, learnDurations(samples));
  const { before, after } = plan;
  const savedMs = before.makespanMs - after.makespanMs;
  return ok({
    workflow_id: WorkflowId.parse(row.id),
    workflow: row.name,
    version: version.value.version,
    executions,
    saved_ratio: before.makespanMs === 0 ? 0 : savedMs / before.makespanMs,
    before: toTimes(before),
    after: toTimes(after),
    steps: plan.steps.map(({ id: step, needsBefore, needs }) => ({
      id: step,
      needs_before: [...needsBefore],
      needs: [...needs],
    })),
    dropped: plan.dropped.map(({ from, to, fromEffects, toEffects }) => ({
      from,
      to,
      from_effects: toEffectsAnswer(fromEffects),
      to_effects: toEffectsAnswer(toEffects),
    })),
    kept: plan.kept.map(({ from, to, reason }) => ({ from, to, reason })),
  });
}

function toTimes({ makespanMs, serialMs, parallelMax, criticalPath }: StepTimes) {
  return {
    critical_path: [...criticalPath],
    makespan_ms: makespanMs,
    serial_ms: serialMs,
    parallel_max: parallelMax,
  };
}

function toEffectsAnswer({ reads, writes, source }: StepEffects) {
  return { reads: [...reads], writes: [...writes], source };
}
