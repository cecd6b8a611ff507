/**
 * Checks an assignment against the rules of single placement: it is valid if the VMs could have
 * been placed like that one after another, in some order.
 */
import type { Env } from '../../../env.ts';
import type { Steps } from '../../../steps.ts';
import { findNodeRejections } from '../../place/decide/find-node-rejections.ts';
import { type FleetIndex, findNamedNode } from '../../place/index/fleet-index.ts';
import type {
  AffinityTerm,
  PlacementNode,
  PlacementPlan,
  PlacementRequest,
} from '../../place/model/placement.ts';
import { selectsPeer } from '../../place/peers/count-peers.ts';
import { rackKey } from '../../place/peers/similar-vms.ts';
import { type BatchFleet, findPlace, openBatchFleet, putOnFleet } from '../fleet/batch-fleet.ts';
import { withLicences } from '../fleet/licence-ledger.ts';
import type { Assignment, BatchInput } from '../model/batch.ts';

interface Waiting {
  readonly at: number;
  readonly request: PlacementRequest;
  readonly node: PlacementNode;
}

interface Replay {
  readonly fleet: BatchFleet;
  readonly input: BatchInput;
  readonly plans: (PlacementPlan | undefined)[];
}

/**
 * Places every VM where the assignment says, those with rules first.
 * @returns the plans in the order of the requests; undefined where a rule or a capacity forbids it
 */
export function* replayAssignment(
  batch: { readonly index: FleetIndex; readonly input: BatchInput },
  assignment: Assignment,
  env: Env,
): Steps<readonly PlacementPlan[] | undefined> {
  const { index, input } = batch;
  let waiting: Waiting[] = [];
  for (const [at, request] of input.requests.entries()) {
    const node = findNamedNode(index, assignment[at] ?? '');
    if (node === undefined) return undefined;
    waiting.push({ at, request, node });
  }
  // A VM without rules blocks no other by coming late, but may by coming early.
  waiting.sort((left, right) => countTerms(right.request) - countTerms(left.request));
  const replay: Replay = { fleet: openBatchFleet(index), input, plans: [] };
  while (waiting.length > 0) {
    const left: Waiting[] = [];
    for (const each of waiting) {
      yield;
      if (!putThere(replay, each, each.request, env)) left.push(each);
    }
    if (left.length < waiting.length) {
      waiting = left;
      continue;
    }
    const first = left.find((each) => putThere(replay, each, withoutMet(replay, each, left), env));
    if (first === undefined) return undefined;
    waiting = left.filter((each) => each !== first);
  }
  return replay.plans.flatMap((plan) => plan ?? []);
}

function countTerms({ constraints }: PlacementRequest): number {
  return (constraints.affinity?.length ?? 0) + (constraints.spread?.length ?? 0);
}

/** Places a VM on its node if it may go there now. @returns whether it was placed */
function putThere(
  replay: Replay,
  { at, request, node }: Waiting,
  asked: PlacementRequest,
  env: Env,
) {
  const alone = findPlace(replay.fleet, asked, env);
  const plan =
    alone?.decision.target_node === node.name
      ? alone
      : findThere(replay, { asked, node: node.name, alone }, env);
  if (plan === undefined) return false;
  putOnFleet(replay.fleet, request, plan);
  replay.plans[at] = plan;
  return true;
}

function findThere(
  { fleet }: Replay,
  wanted: {
    readonly asked: PlacementRequest;
    readonly node: string;
    readonly alone: PlacementPlan | undefined;
  },
  env: Env,
): PlacementPlan | undefined {
  const { asked, node, alone } = wanted;
  // A pin changes what spread terms see, so the rules are evaluated before it is set.
  if (isRefused(fleet, asked, node)) return undefined;
  const constraints = { ...asked.constraints, node };
  const there = findPlace(fleet, { ...asked, constraints }, env);
  if (there === undefined || alone === undefined) return there;
  const { target_node: other, score, alternatives, rejected } = alone.decision;
  const line = `is chosen for the whole batch; alone it would go to ${other} (${score})`;
  const further = alternatives.filter((each) => each.node !== node);
  return {
    ...there,
    decision: {
      ...there.decision,
      rejected,
      explanation: [line, ...there.decision.explanation.slice(0, 2)],
      alternatives: [{ node: other, score }, ...further],
    },
  };
}

function isRefused(
  { overlay, ledger }: BatchFleet,
  asked: PlacementRequest,
  name: string,
): boolean {
  return findNodeRejections(overlay, withLicences(asked, ledger), name)?.length !== 0;
}

/**
 * Returns the request without the terms that the batch itself satisfies: VMs that must be together
 * and are all new arrive at once.
 */
function withoutMet(replay: Replay, waiting: Waiting, left: readonly Waiting[]): PlacementRequest {
  const { request, node } = waiting;
  const isMet = (term: AffinityTerm) =>
    term.rule === 'together' &&
    !isAnywhere(replay, term) &&
    left.some(
      (other) =>
        other !== waiting &&
        selectsPeer(term.to, other.request.vm) &&
        placeOf(other.node, term) === placeOf(node, term),
    );
  const affinity = request.constraints.affinity?.filter((term) => !isMet(term));
  return { ...request, constraints: { ...request.constraints, affinity } };
}

function isAnywhere({ fleet, input }: Replay, { to }: AffinityTerm): boolean {
  return (
    input.peers.some((peer) => selectsPeer(to, peer)) ||
    fleet.placed.some(({ request }) => selectsPeer(to, request.vm))
  );
}

function placeOf(node: PlacementNode, { level }: AffinityTerm): string {
  return { node: node.name, rack: rackKey(node), zone: node.zone }[level];
}
