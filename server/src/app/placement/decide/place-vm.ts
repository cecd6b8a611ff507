/** Asks the engine for nodes, each question in a span. */
import type { Problem } from '@novacron/contract/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Env } from '@novacron/engine/env';
import { decidePlacement } from '@novacron/engine/placement/decide-placement';
import { openOverlay } from '@novacron/engine/placement/fleet/overlay';
import type { PlacementPlan } from '@novacron/engine/placement/model';
import { type FleetQuestion, layOutFleet } from '../facts/fleet-index-cache.ts';
import type { WriteScope } from '../scope.ts';
import { type PreviewedPlace, placeAsPreviewed, takeShownNode } from './place-as-previewed.ts';
import { placeOrWake } from './place-or-wake.ts';

/** Places a VM. Problems: those of `decidePlacement`. */
export function placeVm(
  question: FleetQuestion,
  scope: WriteScope,
): Result<PlacementPlan, Problem> {
  const placed = inSpan(question, scope, (env) => {
    const plan = decidePlacement(
      openOverlay(layOutFleet(scope.deps.store, question)),
      question,
      env,
    );
    return plan.ok ? ok({ plan: plan.value, notice: undefined }) : plan;
  });
  return placed.ok ? ok(placed.value.plan) : placed;
}

/**
 * Places a VM where a plan has shown it, if that is possible, and wakes a node where nothing else
 * helps. Problems: as above.
 */
export function placeNewVm(
  question: FleetQuestion,
  from: Parameters<typeof placeOrWake>[1],
  scope: WriteScope,
): Result<PreviewedPlace, Problem> {
  const { kept } = from;
  return inSpan(question, scope, (env) => {
    const there = kept === undefined ? undefined : takeShownNode(question, kept);
    if (there !== undefined) return ok(there);
    const fleet = openOverlay(layOutFleet(scope.deps.store, question));
    return placeOrWake(fleet, from, (each) => placeAsPreviewed(each, question, kept, env));
  });
}

function inSpan(
  { nodes, strategy }: FleetQuestion,
  { deps, nowMs }: WriteScope,
  place: (env: Env) => Result<PreviewedPlace, Problem>,
): Result<PreviewedPlace, Problem> {
  const { tracer, rng } = deps;
  const attributes = {
    'novacron.placement.nodes': nodes.length,
    'novacron.placement.strategy': typeof strategy === 'string' ? strategy : 'mix',
  };
  const span = tracer.startSpan({ name: 'placement plan', attributes });
  const placed = place({ nowMs, rng });
  span.end({
    attributes: placed.ok
      ? { 'novacron.node.id': placed.value.plan.nodeId }
      : { 'error.type': placed.error.code },
  });
  return placed;
}
