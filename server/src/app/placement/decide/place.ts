/**
 * The one entry to placement: every decision about where a VM goes, or would go, is asked here. All
 * of them see the same facts of the fleet (`facts/fleet-facts.ts`) and differ by intent only in
 * what they may do besides: wake nodes, stop spot VMs, take the node of a preview.
 */

import type { BatchObjective } from '@novacron/contract/kinds/vm-batch/placement-batch';
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Env } from '@novacron/engine/env';
import { chooseSearch, draftBatchInSteps } from '@novacron/engine/placement/batch/draft-batch';
import type {
  BatchPlan,
  LinearModel,
  SolverAnswer,
} from '@novacron/engine/placement/batch/model/batch';
import { planBatchInSteps } from '@novacron/engine/placement/batch/plan-batch';
import {
  estimateFleet,
  type FleetEstimate,
} from '@novacron/engine/placement/place/capacity/estimate-capacity';
import { decidePlacement } from '@novacron/engine/placement/place/decide/decide-placement';
import {
  type PreviewedPlace,
  takeShownNode,
} from '@novacron/engine/placement/place/decide/place-as-previewed';
import {
  type NewVmChoices,
  placeNewVm,
} from '@novacron/engine/placement/place/decide/place-new-vm';
import {
  type FleetOverlay,
  openOverlay,
} from '@novacron/engine/placement/place/index/fleet-overlay';
import type {
  Peer,
  PlacementPlan,
  PlacementRequest,
} from '@novacron/engine/placement/place/model/placement';
import type { Steps } from '@novacron/engine/steps';
import { steadyMs } from '@novacron/runtime/clock';
import { type CallContext, waitAside } from '../../kernel/context/call-context.ts';
import type { PlacementDeps } from '../deps.ts';
import type { FleetFacts } from '../facts/fleet-facts.ts';
import { indexFleet } from '../facts/fleet-index-cache.ts';
import type { PlacementRules, RankedPeers } from '../facts/placement-rules.ts';
import { findPreemption, type PreemptingPlace } from './find-preemption.ts';

/** A batch waits no longer for its proof. */
const SOLVE_MS_MAX = 1_000;

/** Placement questions, by intent. */
export interface PlaceQuestions {
  /** A plan shows where a VM would go. Nothing is stopped or woken yet. */
  readonly preview: PreviewQuestion;
  /** A VM is created now. */
  readonly create: VmQuestion & Pick<NewVmChoices, 'kept'>;
  /** A VM moves to another node. */
  readonly migrate: VmQuestion;
  /** Room is reserved for a VM. */
  readonly reserve: VmQuestion;
  /** VMs are placed together. */
  readonly batch: BatchQuestion;
  /** Copies of a VM are counted until the fleet is full; nothing is placed. */
  readonly estimate: EstimateQuestion;
}

/** The answers, by intent. */
export interface PlaceAnswers {
  readonly preview: PreemptingPlace;
  readonly create: PreemptingPlace;
  readonly migrate: PlacementPlan;
  readonly reserve: PlacementPlan;
  readonly batch: BatchPlan;
  readonly estimate: FleetEstimate;
}

/** Intent of a decision. */
export type PlaceIntent = keyof PlaceQuestions;

/** Dependencies of a decision: a `WriteScope`, or the part of it that a read has. */
export interface PlaceScope {
  readonly deps: PlacementDeps;
  readonly context: Pick<CallContext, 'principal' | 'turn'>;
  readonly nowMs: number;
  /** Nodes that nothing is placed on, by name: why, in a clause about the node. */
  readonly avoidedNodes?: Readonly<Record<string, string>> | undefined;
}

/** A VM among the VMs of its tenant, on the fleet of this moment. */
export interface VmQuestion {
  readonly ask: PlacementRequest;
  readonly fleet: FleetFacts;
  /** Result of `readPlacementRules`. */
  readonly rules: Pick<PlacementRules, 'peers' | 'readRanked'>;
}

/** A VM of a preview run, which has an overlay of its own. */
export interface PreviewQuestion extends NewVmChoices {
  readonly ask: PlacementRequest;
  /** The fleet, with the VMs that the run has placed. */
  readonly overlay: FleetOverlay;
  readonly licences: FleetFacts['licences'];
}

/** VMs of one tenant that are placed together. */
export interface BatchQuestion {
  readonly asks: readonly PlacementRequest[];
  readonly fleet: FleetFacts;
  readonly peers: readonly Peer[];
  /** Undefined where the caller has not named one. */
  readonly objective: BatchObjective | undefined;
}

/** A VM whose copies are counted. */
export interface EstimateQuestion {
  readonly ask: PlacementRequest;
  readonly fleet: FleetFacts;
  readonly peers: readonly Peer[];
  readonly copiesMax: number;
}

/**
 * Decides a placement.
 * @returns the answer of the intent; `validation-failed` for a request that contradicts itself; or
 *   `no-capacity` with the reasons against every node
 */
export function place<Intent extends PlaceIntent>(
  intent: Intent,
  question: PlaceQuestions[Intent],
  scope: PlaceScope,
): Promise<Result<PlaceAnswers[Intent], Problem>> {
  return PLACERS[intent](question, scope);
}

/**
 * Returns the request of a VM that is new to its node: it is placed only where its needs are known
 * to be met.
 */
export function asNew(
  ask: PlacementRequest,
  { licences }: Pick<FleetFacts, 'licences'>,
): PlacementRequest {
  return { ...ask, licences, unknownFacts: 'refuse' };
}

/**
 * Returns the request of a running VM: requirements that its node did not have to meet are not
 * demanded of the next node.
 */
export function asPlaced(
  ask: PlacementRequest,
  { licences }: Pick<FleetFacts, 'licences'>,
): PlacementRequest {
  return { ...ask, licences, unknownFacts: 'accept' };
}

/** The question without the nodes that the scope avoids. */
export function avoiding<Q extends { readonly ask: PlacementRequest }>(
  { avoidedNodes }: PlaceScope,
  question: Q,
): Q {
  if (avoidedNodes === undefined) return question;
  const { constraints } = question.ask;
  const excludeNodes = [...(constraints.excludeNodes ?? []), ...Object.keys(avoidedNodes)];
  const exclusions = { ...constraints.exclusions, ...avoidedNodes };
  return {
    ...question,
    ask: { ...question.ask, constraints: { ...constraints, excludeNodes, exclusions } },
  };
}

type Placer<Intent extends PlaceIntent> = (
  question: PlaceQuestions[Intent],
  scope: PlaceScope,
) => Promise<Result<PlaceAnswers[Intent], Problem>>;

const PLACERS: { readonly [Intent in PlaceIntent]: Placer<Intent> } = {
  preview: placeForPreview,
  create: placeForCreate,
  migrate: (question, scope) =>
    placeExisting(
      avoiding(scope, { ...question, ask: asPlaced(question.ask, question.fleet) }),
      scope,
    ),
  reserve: (question, scope) =>
    placeExisting(
      avoiding(scope, { ...question, ask: asNew(question.ask, question.fleet) }),
      scope,
    ),
  batch: placeBatch,
  estimate: async ({ ask, fleet, peers, copiesMax }, scope) =>
    estimateFleet(
      { nodes: fleet.nodes, peers },
      { request: asNew(ask, fleet), copiesMax },
      envOf(scope),
    ),
};

async function placeForPreview(
  { ask: asked, overlay, licences, ...choices }: PreviewQuestion,
  scope: PlaceScope,
): Promise<Result<PreemptingPlace, Problem>> {
  const ask = asNew(asked, { licences });
  const placed = placeNewVm(overlay, ask, choices, envOf(scope));
  return placeOrPreempt(placed, { ask, kept: choices.kept, indexed: () => overlay }, scope);
}

async function placeForCreate(
  question: PlaceQuestions['create'],
  scope: PlaceScope,
): Promise<Result<PreemptingPlace, Problem>> {
  const { fleet, rules, kept, ...asked } = avoiding(scope, question);
  const ask = asNew(asked.ask, fleet);
  const input = { ...ask, nodes: fleet.nodes, peers: rules.peers };
  const shown = kept === undefined ? undefined : takeShownNode(input, kept);
  if (shown !== undefined) {
    inSpan(question, scope, () => ok(shown));
    return ok({ ...shown, victims: [] });
  }
  const ranked = await rules.readRanked();
  const indexed = () => overlayOf(fleet, ranked, scope);
  const placed = inSpan(question, scope, (env) =>
    placeNewVm(indexed(), ask, { kept, wakeable: fleet.wakeable }, env),
  );
  return placeOrPreempt(placed, { ask, kept, indexed }, scope);
}

/** Spot VMs make room only where a VM has no place without that. */
async function placeOrPreempt(
  placed: Result<PreviewedPlace, Problem>,
  vm: {
    readonly ask: PlacementRequest;
    readonly kept: PlacementDecision | undefined;
    /** The fleet as it stands at the time of the call. */
    readonly indexed: () => FleetOverlay;
  },
  scope: PlaceScope,
): Promise<Result<PreemptingPlace, Problem>> {
  if (placed.ok) return ok({ ...placed.value, victims: [] });
  if (placed.error.code !== 'no-capacity') return placed;
  const { tenantId } = scope.context.principal;
  const found = await findPreemption(scope.deps.store, { ...vm, tenantId }, envOf(scope));
  return found === undefined ? placed : ok(found);
}

/**
 * Places a VM that exists, or is promised to exist; this neither wakes nodes nor stops other VMs.
 */
async function placeExisting(
  question: VmQuestion,
  scope: PlaceScope,
): Promise<Result<PlacementPlan, Problem>> {
  const ranked = await question.rules.readRanked();
  const placed = inSpan(question, scope, (env) => {
    const plan = decidePlacement(overlayOf(question.fleet, ranked, scope), question.ask, env);
    return plan.ok ? ok({ plan: plan.value, notice: undefined }) : plan;
  });
  return placed.ok ? ok(placed.value.plan) : placed;
}

/** With the help of the solver where that is worth its time. */
async function placeBatch(
  { asks, fleet, peers, objective }: BatchQuestion,
  scope: PlaceScope,
): Promise<Result<BatchPlan, Problem>> {
  const input = {
    nodes: fleet.nodes,
    peers,
    requests: asks.map((ask) => asNew(ask, fleet)),
    ...chooseSearch(asks, objective),
  };
  const env = envOf(scope);
  const draft = await runInTurns(draftBatchInSteps(input, env), scope);
  if (!draft.ok) return draft;
  const { asked } = draft.value;
  const answer =
    asked === undefined
      ? undefined
      : await waitAside(scope.context, solve(scope.deps, asked.model));
  return runInTurns(planBatchInSteps(draft.value, answer, env), scope);
}

/** A batch takes long, so others go first in between. Unit: milliseconds. */
const PART_MS = 5;

/** Runs the steps of long work; the call waits for its next turn every now and then. */
async function runInTurns<T>(
  steps: Steps<T>,
  { deps: { clock }, context: { turn } }: PlaceScope,
): Promise<T> {
  let beganMs = steadyMs(clock);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (turn === undefined || steadyMs(clock) - beganMs < PART_MS) continue;
    await turn.next();
    beganMs = steadyMs(clock);
  }
}

async function solve({ solver }: PlacementDeps, model: LinearModel): Promise<SolverAnswer> {
  if (solver === undefined) return { kind: 'failed', why: 'this server has none' };
  return solver.solve(model, SOLVE_MS_MAX);
}

/** The fleet of a decision, indexed. */
export function overlayOf(
  fleet: Pick<FleetFacts, 'nodes'>,
  ranked: RankedPeers,
  { deps }: Pick<PlaceScope, 'deps'>,
): FleetOverlay {
  return openOverlay(indexFleet(deps.placementMemory, { nodes: fleet.nodes, ...ranked }));
}

function envOf({ deps, nowMs }: PlaceScope): Env {
  return { nowMs, rng: deps.rng };
}

function inSpan(
  { ask, fleet }: VmQuestion,
  scope: PlaceScope,
  decide: (env: Env) => Result<PreviewedPlace, Problem>,
): Result<PreviewedPlace, Problem> {
  const { strategy } = ask;
  const attributes = {
    'novacron.placement.nodes': fleet.nodes.length,
    'novacron.placement.strategy': typeof strategy === 'string' ? strategy : 'mix',
  };
  const span = scope.deps.tracer.startSpan({ name: 'placement plan', attributes });
  const placed = decide(envOf(scope));
  span.end({
    attributes: placed.ok
      ? { 'novacron.node.id': placed.value.plan.nodeId }
      : { 'error.type': placed.error.code },
  });
  return placed;
}
