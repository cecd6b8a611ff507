/** Proposes other needs for the steps of workflows, with a simulated run before and after. */
import type { WorkflowOptimization } from '@novacron/contract/automation/workflow-analysis';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { StepEffects } from '@novacron/engine/automation/workflows/effects/effects-of';
import { planReordering } from '@novacron/engine/automation/workflows/plan-reordering';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { readAnalysed, toPlanFields } from './read-analysed.ts';

/** Proposes a reordering of a version; it changes nothing. Problems: `not-found`. */
export async function showOptimization(
  deps: CapabilityDeps,
  input: ParsedInputOf<'workflow.optimize'>,
  context: CallContext,
): Promise<Result<WorkflowOptimization, Problem>> {
  const found = await readAnalysed(deps, input, context);
  if (!found.ok) return found;
  const { definition, learned, about } = found.value;
  const plan = planReordering(definition, learned);
  const { before, after } = plan;
  const savedMs = before.makespanMs - after.makespanMs;
  return ok({
    ...about,
    saved_ratio: before.makespanMs === 0 ? 0 : savedMs / before.makespanMs,
    before: toPlanFields(before),
    after: toPlanFields(after),
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

function toEffectsAnswer({ reads, writes, source }: StepEffects) {
  return { reads: [...reads], writes: [...writes], source };
}
