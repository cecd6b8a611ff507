/** Decides over an index, or over an overlay of one: the same answers as from the plain fleet. */
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../env.ts';
import { checkAsk } from './check-ask.ts';
import { estimateCost } from './estimate-cost.ts';
import { explainPlacement, type RefusalCounts } from './explain-placement.ts';
import { findUnsafe } from './failover.ts';
import { bestNodes, type RankedNode } from './fleet/best-nodes.ts';
import type { FleetOverlay } from './fleet/overlay.ts';
import { type Ranking, rankRows } from './fleet/rank-rows.ts';
import { type Survey, surveyFleet } from './fleet/survey.ts';
import type { PlacementAsk, PlacementNode, PlacementPlan } from './model.ts';
import { refusePlacement } from './refuse-placement.ts';
import { findRejections, rejectNodes } from './reject-nodes.ts';
import { assignCells } from './rules/assign-cells.ts';
import { assignDevices } from './rules/assign-devices.ts';
import type { Candidate, PlacementQuestion, RejectedNode } from './rules/model.ts';
import { leastFragmenting } from './rules/score-fragmentation.ts';
import { lotsOf, partsOf } from './strategies.ts';

/** More alternatives than this are a list of the fleet, not a hint. */
const ALTERNATIVES_MAX = 3;

/**
 * Chooses the node for a VM.
 * @param fleet - an overlay of the index, made by `openOverlay`; an empty one for the index itself
 * @param env - only `rng` is used, and only to choose among nodes of equal score
 * @returns the plan; `validation-failed` for a question that makes no sense or contradicts itself;
 *   or `no-capacity`, with the reason against every node, the fields at fault, the nearest miss and
 *   the smallest set of rules that together leave nobody
 */
export function decidePlacement(
  fleet: FleetOverlay,
  ask: PlacementAsk,
  env: Env,
): Result<PlacementPlan, Problem> {
  const wrong = checkAsk(ask);
  if (wrong !== undefined) return err(wrong);
  const tried = tryPlacement(fleet, ask, env);
  if (tried.ok) return tried;
  const { question, unsafe } = tried.error;
  const nodes = listNodes(fleet);
  return err(
    refusePlacement(ask, { rejected: [...rejectNodes(nodes, question), ...unsafe], nodes }),
  );
}

/** Nobody is left: how many refuse for which reason, and what is needed to say more. */
export interface Refusal extends RefusalCounts {
  readonly question: PlacementQuestion;
  readonly unsafe: readonly RejectedNode[];
}

/**
 * Like {@link decidePlacement}, for callers that ask much and print little: a question that makes
 * sense is taken for granted, and a refusal is counted instead of worded.
 */
export function tryPlacement(
  fleet: FleetOverlay,
  ask: PlacementAsk,
  env: Env,
): Result<PlacementPlan, Refusal> {
  const survey = surveyFleet(fleet, ask);
  const ranking = rankRows(fleet.index, survey);
  const rng = lotsOf(ask.strategy, env.rng.fork('placement').fork(ask.vm.name));
  const ranked = bestNodes(fleet.index, survey, { ranking, rng });
  const { chosen, unsafe } = choose(fleet, survey, ranked);
  const [best, ...others] = chosen.map((each) => toCandidate(each, ranking));
  if (best === undefined) {
    return err({ ...countRefusals(survey, unsafe), question: survey.question, unsafe });
  }
  assert(
    findRejections(best.node, survey.question).length === 0,
    'the chosen node can hold the VM',
  );
  return ok(toPlan({ fleet, survey, best, others, unsafe }));
}

/** The nodes as they stand on an overlay. */
function listNodes({ index, changed }: FleetOverlay): readonly PlacementNode[] {
  return index.nodes.flatMap((node) => (node === undefined ? [] : (changed.get(node.id) ?? node)));
}

/** Takes the best and its alternatives; those that break failover are told apart. */
function choose(fleet: FleetOverlay, survey: Survey, ranked: Generator<RankedNode>) {
  const { strategy, vm } = survey.question;
  const isGuarded = partsOf(strategy).some(({ name }) => name === 'failover');
  const nodes = isGuarded ? listNodes(fleet) : [];
  const chosen: RankedNode[] = [];
  const unsafe: RejectedNode[] = [];
  for (const each of ranked) {
    const failing = isGuarded ? findUnsafe(nodes, { target: each.node, vm }) : undefined;
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
  readonly survey: Survey;
  readonly best: Candidate;
  readonly others: readonly Candidate[];
  readonly unsafe: readonly RejectedNode[];
}): PlacementPlan {
  const { fleet, survey, best, others, unsafe } = choice;
  const { question, view } = survey;
  const rejected = countRefusals(survey, unsafe);
  const fleetSize = fleet.index.slotOf.size;
  const decision: PlacementDecision = {
    target_node: best.node.name,
    score: best.total,
    explanation: explainPlacement({ question, view, best, others, rejected, fleetSize }),
    cost_per_hour: estimateCost(question.vm, best.node) ?? null,
    alternatives: others.map(({ node, total }) => ({ node: node.name, score: total })),
    scores: { ...best.scores },
    rejected: { ...rejected.byReason },
  };
  return { nodeId: best.node.id, decision, ...grantsOf(best.node, question) };
}

/** Nodes refused, counted per reason; a node with two reasons counts under both. */
function countRefusals({ refusals, filters }: Survey, unsafe: readonly RejectedNode[]) {
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

/** What a VM gets on a node that can hold it. */
export function grantsOf(
  node: PlacementNode,
  question: PlacementQuestion,
): Pick<PlacementPlan, 'devices' | 'cells'> {
  const { vm, strategy, workload = [] } = question;
  const isFragmenting = partsOf(strategy).some(
    ({ name }) => name === 'fragmentation' || name === 'fgd',
  );
  const devices = isFragmenting
    ? leastFragmenting(node, vm, workload)?.grants
    : assignDevices(node.devices, vm.devices);
  return { devices: devices ?? [], cells: assignCells(node, vm) ?? [] };
}
