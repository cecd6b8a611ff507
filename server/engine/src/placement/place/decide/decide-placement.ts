/**
 * Decides a placement on a fleet index or an overlay of one, with the same result as on the plain
 * fleet.
 */
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../../../env.ts';
import { explainNoCapacity } from '../explain/explain-no-capacity.ts';
import { explainPlacement, type RefusalCounts } from '../explain/explain-placement.ts';
import { findRejections, rejectNodes } from '../filters/reject-nodes.ts';
import type { FleetOverlay } from '../index/fleet-overlay.ts';
import type { PlacementNode, PlacementPlan, PlacementRequest } from '../model/placement.ts';
import type { Candidate, CountedRequest, RejectedNode } from '../model/rule.ts';
import { bestNodes, type RankedNode } from '../ranking/best-nodes.ts';
import { type Ranking, rankRows } from '../ranking/rank-rows.ts';
import { type FleetScan, scanFleet } from '../ranking/scan-fleet.ts';
import { validateRequest } from '../request/validate-request.ts';
import { assignCells } from '../resources/assign-cells.ts';
import { assignDevices } from '../resources/assign-devices.ts';
import { estimateCost } from '../scorers/estimate-cost.ts';
import { leastFragmenting } from '../scorers/score-fragmentation.ts';
import { asksForFailover, tieBreakersOf, weightsOfStrategy } from '../scorers/strategies.ts';
import { findFailoverGap } from './find-failover-gap.ts';

/** Alternatives in a plan; more would be a list of the fleet rather than a hint. */
const ALTERNATIVES_MAX = 3;

/**
 * Chooses the node for a VM.
 * @param fleet - an overlay of the index, made by `openOverlay`; an empty one for the index itself
 * @param env - only `rng` is used, and only to choose among nodes of equal score
 * @returns the plan; `validation-failed` for a request that is invalid or contradicts itself; or
 *   `no-capacity`, with the reason against every node, the fields at fault, the nearest miss and
 *   the smallest set of rules that together reject every node
 */
export function decidePlacement(
  fleet: FleetOverlay,
  request: PlacementRequest,
  env: Env,
): Result<PlacementPlan, Problem> {
  const wrong = validateRequest(request);
  if (wrong !== undefined) return err(wrong);
  const tried = tryPlacement(fleet, request, env);
  if (tried.ok) return tried;
  const { countedRequest, unsafe } = tried.error;
  const nodes = listNodes(fleet);
  return err(
    explainNoCapacity(request, {
      rejected: [...rejectNodes(nodes, countedRequest), ...unsafe],
      nodes,
    }),
  );
}

/**
 * A failed placement: how many nodes reject the VM for which reason, and what an explanation needs.
 */
export interface Refusal extends RefusalCounts {
  readonly countedRequest: CountedRequest;
  readonly unsafe: readonly RejectedNode[];
}

/**
 * Like {@link decidePlacement}, for callers that decide often and print little: the request is
 * assumed to be valid, and rejections are counted instead of explained.
 */
export function tryPlacement(
  fleet: FleetOverlay,
  request: PlacementRequest,
  env: Env,
): Result<PlacementPlan, Refusal> {
  const survey = scanFleet(fleet, request);
  const ranking = rankRows(fleet.index, survey);
  const rng = tieBreakersOf(request.strategy, env.rng.fork('placement').fork(request.vm.name));
  const ranked = bestNodes(fleet.index, survey, { ranking, rng });
  const { chosen, unsafe } = choose(fleet, survey, ranked);
  const [best, ...others] = chosen.map((each) => toCandidate(each, ranking));
  if (best === undefined) {
    return err({ ...countRefusals(survey, unsafe), countedRequest: survey.countedRequest, unsafe });
  }
  assert(
    findRejections(best.node, survey.countedRequest).length === 0,
    'the chosen node can hold the VM',
  );
  return ok(toPlan({ fleet, survey, best, others, unsafe }));
}

/** Returns the nodes of an index with the changes of an overlay applied. */
function listNodes({ index, changed }: FleetOverlay): readonly PlacementNode[] {
  return index.nodes.flatMap((node) => (node === undefined ? [] : (changed.get(node.id) ?? node)));
}

/**
 * Takes the best node and its alternatives; nodes that would break failover are listed separately.
 */
function choose(fleet: FleetOverlay, survey: FleetScan, ranked: Generator<RankedNode>) {
  const { strategy, vm } = survey.countedRequest;
  const isGuarded = asksForFailover(strategy);
  const nodes = isGuarded ? listNodes(fleet) : [];
  const chosen: RankedNode[] = [];
  const unsafe: RejectedNode[] = [];
  for (const each of ranked) {
    const failing = isGuarded ? findFailoverGap(nodes, { target: each.node, vm }) : undefined;
    if (failing === undefined) chosen.push(each);
    else unsafe.push({ node: each.node, rejections: [{ reason: 'failover', failing }] });
    if (chosen.length > ALTERNATIVES_MAX) break;
  }
  return { chosen, unsafe };
}

function toCandidate({ node, row, total }: RankedNode, { scoresAt }: Ranking): Candidate {
  return { node, scores: scoresAt(row), total };
}

function toPlan(choice: {
  readonly fleet: FleetOverlay;
  readonly survey: FleetScan;
  readonly best: Candidate;
  readonly others: readonly Candidate[];
  readonly unsafe: readonly RejectedNode[];
}): PlacementPlan {
  const { fleet, survey, best, others, unsafe } = choice;
  const { countedRequest, view } = survey;
  const rejected = countRefusals(survey, unsafe);
  const fleetSize = fleet.index.slotOf.size;
  const decision: PlacementDecision = {
    target_node: best.node.name,
    score: best.total,
    explanation: explainPlacement({
      request: countedRequest,
      view,
      best,
      others,
      rejected,
      fleetSize,
    }),
    cost_per_hour: estimateCost(countedRequest.vm, best.node) ?? null,
    alternatives: others.map(({ node, total }) => ({ node: node.name, score: total })),
    scores: { ...best.scores },
    rejected: { ...rejected.byReason },
  };
  return { nodeId: best.node.id, decision, ...grantsOf(best.node, countedRequest) };
}

/** Counts rejected nodes per reason; a node with two reasons counts under both. */
function countRefusals({ refusals, filters }: FleetScan, unsafe: readonly RejectedNode[]) {
  const counts: Record<string, number> = {};
  let nodes = unsafe.length;
  if (nodes > 0) counts.failover = nodes;
  for (const [mask, count] of refusals) {
    nodes += count;
    const reasons = filters.flatMap(({ reason }, at) => ((mask >>> at) & 1 ? [reason] : []));
    for (const reason of new Set(reasons)) counts[reason] = (counts[reason] ?? 0) + count;
  }
  const sorted = Object.entries(counts).sort(([left], [right]) => (left < right ? -1 : 1));
  return { nodes, byReason: Object.fromEntries(sorted) };
}

/** Returns the devices and cells that a VM gets on a node that can hold it. */
export function grantsOf(
  node: PlacementNode,
  countedRequest: CountedRequest,
): Pick<PlacementPlan, 'devices' | 'cells'> {
  const { vm, strategy, workload = [] } = countedRequest;
  const isFragmenting = weightsOfStrategy(strategy).some(
    ({ name }) => name === 'fragmentation' || name === 'fgd',
  );
  const devices = isFragmenting
    ? leastFragmenting(node, vm, workload)?.grants
    : assignDevices(node.devices, vm.devices);
  return { devices: devices ?? [], cells: assignCells(node, vm) ?? [] };
}
