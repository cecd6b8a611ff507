import type { Problem } from '@novacron/contract/problem';
import type { Result } from '@novacron/contract/result';
import type { PlacementInput, PlacementPlan } from '@novacron/engine/placement/model';
import { planPlacement } from '@novacron/engine/placement/plan-placement';
import { NO_TRACER } from '@novacron/tracing/tracer';
import type { WriteScope } from '../write.ts';

/** Asks the engine for a node, in a span. Problems: those of `planPlacement`. */
export function placeVm(
  question: PlacementInput,
  { deps, nowMs }: WriteScope,
): Result<PlacementPlan, Problem> {
  const { tracer = NO_TRACER, rng } = deps;
  const { nodes, strategy } = question;
  const attributes = {
    'novacron.placement.nodes': nodes.length,
    'novacron.placement.strategy': typeof strategy === 'string' ? strategy : 'mix',
  };
  const span = tracer.startSpan({ name: 'placement plan', attributes });
  const plan = planPlacement(question, { nowMs, rng });
  span.end({
    attributes: plan.ok
      ? { 'novacron.node.id': plan.value.nodeId }
      : { 'error.type': plan.error.code },
  });
  return plan;
}
