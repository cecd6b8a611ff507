/** Previews the placement of a batch. */

import type { PlacementBatch } from '@novacron/contract/kinds/vm-batch/placement-batch';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { ResourceDeps } from '../deps.ts';
import { checkBatchNames, planVmBatch, type VmBatchPlan } from './plan-vm-batch.ts';

/** Plans a batch and creates nothing. Problems: those of `planVmBatch`; repeated names. */
export async function previewVmBatch(
  deps: ResourceDeps,
  input: ParsedInputOf<'placement.batch'>,
  context: CallContext,
): Promise<Result<PlacementBatch, Problem>> {
  const repeated = checkBatchNames(input.vms);
  if (repeated !== undefined) return { ok: false, error: repeated };
  const planned = await planVmBatch(deps, context, input);
  return planned.ok ? ok(toPlacementBatch(planned.value)) : planned;
}

/** Converts a plan into the placement of an answer. */
export function toPlacementBatch({ specs, plan, notices }: VmBatchPlan): PlacementBatch {
  const { objective, method, value, bound, explanation } = plan;
  return {
    placements: plan.plans.map(({ decision }, at) => ({ name: specs[at]?.name ?? '', decision })),
    objective,
    method,
    value,
    bound,
    gap: Math.max(0, value - bound),
    explanation: [...explanation],
    notices: [...notices],
  };
}
