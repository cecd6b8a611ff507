/** Takes the node that a preview has shown, where it can still hold the VM. */
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Env } from '../../../env.ts';
import { describeRefusal } from '../explain/describe-refusal.ts';
import { makeFleetIndex } from '../index/fleet-index.ts';
import { type FleetOverlay, openOverlay } from '../index/fleet-overlay.ts';
import type { PlacementInput, PlacementPlan, PlacementRequest } from '../model/placement.ts';
import { decidePlacement } from './decide-placement.ts';
import { tryNode } from './try-node.ts';

/** A placement, and the outcome for the node that a preview has shown. */
export interface PreviewedPlace {
  readonly plan: PlacementPlan;
  /** For the user, where the node is another one than the preview has shown. */
  readonly notice: string | undefined;
}

/**
 * Places a VM by its kept preview.
 * @param kept - the decision that the preview has shown; undefined where there is no preview
 * @returns the node shown, with its decision as it was shown; else today's choice with a notice; or
 *   the problems of `decidePlacement`, where no node can hold the VM today
 */
export function placeAsPreviewed(
  fleet: FleetOverlay,
  request: PlacementRequest,
  kept: PlacementDecision | undefined,
  env: Env,
): Result<PreviewedPlace, Problem> {
  if (kept === undefined) {
    const today = decidePlacement(fleet, request, env);
    return today.ok ? ok({ plan: today.value, notice: undefined }) : today;
  }
  const shown = kept.target_node;
  const taken = tryNode(fleet, request, shown);
  if (taken !== undefined) return ok({ plan: { ...taken, decision: kept }, notice: undefined });
  const constraints = { ...request.constraints, node: shown };
  const there = decidePlacement(fleet, { ...request, constraints }, env);
  if (there.ok) return ok({ plan: { ...there.value, decision: kept }, notice: undefined });
  const today = decidePlacement(fleet, request, env);
  if (!today.ok) return today;
  const reasons = describeRefusal(there.error)[shown] ?? ['it is not in the fleet'];
  const notice =
    `The plan showed ${shown} for the VM ${request.vm.name}, which cannot hold it any more: ` +
    `${reasons.join(' and ')}. Today's choice is ${today.value.decision.target_node}.`;
  return ok({ plan: today.value, notice });
}

/**
 * Takes the node that a preview has shown without an index of the whole fleet, where only the node
 * itself decides: no rule is about other VMs, and no strategy reads the rest of the fleet.
 * @returns undefined where the whole fleet has to be asked
 */
export function takeShownNode(
  input: PlacementInput,
  kept: PlacementDecision,
): PreviewedPlace | undefined {
  const { constraints, peers } = input;
  if (peers.length + (constraints.affinity ?? []).length > 0) return undefined;
  const shown = kept.target_node;
  const nodes = input.nodes.filter(({ name }) => name === shown);
  const taken = tryNode(openOverlay(makeFleetIndex({ ...input, nodes })), input, shown);
  return taken && { plan: { ...taken, decision: kept }, notice: undefined };
}

/** Returns the problem of a VM that pins its preview, whose node cannot hold it any more. */
export function previewGone(name: string, notice: string): Problem {
  return problem('no-capacity', {
    detail: `The VM ${name} pins the node that its plan showed (pin_preview). ${notice}`,
    remedy:
      'Remove pin_preview to use the current choice, or free capacity on the node of the plan.',
    fields: [
      { path: ['placement', 'pin_preview'], message: 'pins a node without room for the VM' },
    ],
  });
}
