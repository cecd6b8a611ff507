/** Takes the node that a plan has shown, where it still can hold the VM. */
import type { PlacementDecision } from '@novacron/contract/placement';
import { type Problem, problem } from '@novacron/contract/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Env } from '@novacron/engine/env';
import { decidePlacement } from '@novacron/engine/placement/decide-placement';
import { makeFleetIndex } from '@novacron/engine/placement/fleet/fleet-index';
import { type FleetOverlay, openOverlay } from '@novacron/engine/placement/fleet/overlay';
import type { PlacementAsk, PlacementInput, PlacementPlan } from '@novacron/engine/placement/model';
import { takeNode } from '@novacron/engine/placement/take-node';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables.ts';
import { reasonsByNode } from './refusal-words.ts';

/** A place, and what became of the one that the plan has shown. */
export interface PreviewedPlace {
  readonly plan: PlacementPlan;
  /** What to tell where it is another one than the plan has shown. */
  readonly notice: string | undefined;
}

/** Reads a kept decision; undefined where there is none, or a refusal. */
export function readDecision(
  row: { readonly decision_json: string | null } | undefined,
): PlacementDecision | undefined {
  if (row === undefined || row.decision_json === null) return undefined;
  // Written from a PlacementDecision; what an earlier release wrote knows no cost.
  const decision: PlacementDecision = JSON.parse(row.decision_json);
  return decision.cost_per_hour === undefined ? { ...decision, cost_per_hour: null } : decision;
}

/**
 * Decides by a kept preview.
 * @param kept - what the plan has shown; undefined where no plan has shown anything
 * @returns the node shown with its decision as it was shown, else today's choice with a notice; or
 *   why no node can hold the VM today
 */
export function placeAsPreviewed(
  fleet: FleetOverlay,
  ask: PlacementAsk,
  kept: PlacementDecision | undefined,
  env: Env,
): Result<PreviewedPlace, Problem> {
  if (kept === undefined) {
    const today = decidePlacement(fleet, ask, env);
    return today.ok ? ok({ plan: today.value, notice: undefined }) : today;
  }
  const shown = kept.target_node;
  const taken = takeNode(fleet, ask, shown);
  if (taken !== undefined) return ok({ plan: { ...taken, decision: kept }, notice: undefined });
  const constraints = { ...ask.constraints, node: shown };
  const there = decidePlacement(fleet, { ...ask, constraints }, env);
  if (there.ok) return ok({ plan: { ...there.value, decision: kept }, notice: undefined });
  const today = decidePlacement(fleet, ask, env);
  if (!today.ok) return today;
  const reasons = reasonsByNode(there.error)[shown] ?? ['it is not in the fleet'];
  const notice =
    `The plan showed ${shown} for the VM ${ask.vm.name}, which cannot hold it any more: ` +
    `${reasons.join(' and ')}. Today's choice is ${today.value.decision.target_node}.`;
  return ok({ plan: today.value, notice });
}

/**
 * The node that a plan has shown, where nothing but the node itself has a say: no other VM keeps it
 * away or near, and no strategy looks at the rest of the fleet, which then need not be laid out.
 * @returns undefined where the whole fleet has to be asked
 */
export function takeShownNode(
  question: PlacementInput,
  kept: PlacementDecision,
): PreviewedPlace | undefined {
  const { constraints, peers } = question;
  if (peers.length + (constraints.affinity ?? []).length > 0) return undefined;
  const shown = kept.target_node;
  const nodes = question.nodes.filter(({ name }) => name === shown);
  const taken = takeNode(openOverlay(makeFleetIndex({ ...question, nodes })), question, shown);
  return taken && { plan: { ...taken, decision: kept }, notice: undefined };
}

/** Why a VM that pins its preview is not created elsewhere. */
export function previewGone(name: string, notice: string): Problem {
  return problem('no-capacity', {
    detail: `The VM ${name} pins the node that its plan showed (pin_preview). ${notice}`,
    remedy: 'Leave pin_preview out to take the choice of today, or make room on the node shown.',
    fields: [{ path: ['placement', 'pin_preview'], message: 'pins a node that cannot hold it' }],
  });
}

/** Forgets what a plan has shown: the VM is there now. */
export function spendPreview(row: Tables['placement_previews'] | undefined): ChangeSet {
  return row === undefined ? [] : [{ kind: 'drop', from: 'placement_previews', id: row.id }];
}
