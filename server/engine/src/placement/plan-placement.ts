/** Where does a VM go, and why there? See README.md for the pipeline. */
import type { PlacementDecision } from '@novacron/contract/placement';
import type { Problem } from '@novacron/contract/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import type { Env, Rng } from '../env.ts';
import { explainPlacement } from './explain-placement.ts';
import type { Candidate, PlacementInput, PlacementPlan } from './model.ts';
import { refusePlacement } from './refuse-placement.ts';
import { countRejections, findRejections, rejectNodes } from './reject-nodes.ts';
import { countLikeVms } from './rules/like-vms.ts';
import { scoreNodes } from './score-nodes.ts';

/** More alternatives than this are a list of the fleet, not a hint. */
const ALTERNATIVES_MAX = 3;

/**
 * Chooses the node for a VM.
 * @param env - only `rng` is used, and only to choose among nodes of equal score: the same seed
 *   gives the same plan, and VMs of different names spread over equal nodes
 * @returns the node with its score, explanation and alternatives; or `no-capacity` with the reason
 *   against every node, the fields at fault and the nearest miss
 * @remarks The choice depends neither on the order of the nodes nor on nodes that cannot hold the
 *   VM.
 * Sources of the idea: the Kubernetes scheduler (filter, score, normalise, weigh) and Nomad's
 * named scores.
 */
export function planPlacement(input: PlacementInput, env: Env): Result<PlacementPlan, Problem> {
  assertSane(input);
  const { fitting, rejected } = rejectNodes(input);
  const view = countLikeVms(input);
  const candidates = scoreNodes({ fitting, view, strategy: input.strategy });
  const order = makeOrder(env.rng.fork('placement').fork(input.vm.name));
  const [best, ...others] = takeBest(candidates, order);
  if (best === undefined) return err(refusePlacement(input, rejected));

  assert(findRejections(best.node, input).length === 0, 'the chosen node can hold the VM');
  const decision: PlacementDecision = {
    target_node: best.node.name,
    score: best.total,
    explanation: explainPlacement({ input, view, best, others, rejected }),
    alternatives: others.map(({ node, total }) => ({ node: node.name, score: total })),
    scores: { ...best.scores },
    rejected: countRejections(rejected),
  };
  return ok({ nodeId: best.node.id, decision });
}

function assertSane({ vm }: PlacementInput): void {
  for (const amount of [vm.cpuCores, vm.memoryMib, vm.diskGb]) {
    assert(Number.isFinite(amount) && amount >= 0, 'a VM asks for finite amounts');
  }
}

/** Whether the first candidate is better than the second. */
type Order = (left: Candidate, right: Candidate) => boolean;

/**
 * Puts the higher score first. Equal scores are decided by lot; a node's lot depends on the seed,
 * the VM and the node alone, never on the other nodes.
 */
function makeOrder(rng: Rng): Order {
  const lots = new Map<string, number>();
  const lotOf = ({ node }: Candidate): number => {
    const lot = lots.get(node.name) ?? rng.fork(node.name).next();
    lots.set(node.name, lot);
    return lot;
  };
  return (left, right) => {
    if (left.total !== right.total) return left.total > right.total;
    const difference = lotOf(left) - lotOf(right);
    return difference === 0 ? left.node.name < right.node.name : difference < 0;
  };
}

/** The best candidate and its alternatives in one pass: they are few and fleets are large. */
function takeBest(candidates: readonly Candidate[], isBetter: Order): readonly Candidate[] {
  const best: Candidate[] = [];
  for (const candidate of candidates) {
    const place = best.findIndex((other) => isBetter(candidate, other));
    if (place === -1 && best.length > ALTERNATIVES_MAX) continue;
    best.splice(place === -1 ? best.length : place, 0, candidate);
    best.length = Math.min(best.length, ALTERNATIVES_MAX + 1);
  }
  return best;
}
