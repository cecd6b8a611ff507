/** Local search: makes an assignment better by moving VMs, as long as every rule holds. */
import type { Env } from '../../../env.ts';
import type { Steps } from '../../../steps.ts';
import type { PlacementPlan, PlacementRequest } from '../../place/model/placement.ts';
import { findPlace, openBatchFleet, putOnFleet } from '../fleet/batch-fleet.ts';
import { type BatchTable, hasTerms } from '../fleet/batch-table.ts';
import type { BatchPlaces } from '../model/batch.ts';
import { isEmpty, measureBatch, type NodeAfter, nodesAfter } from '../objective/measure-batch.ts';
import { replayAssignment } from './replay-assignment.ts';

/** Limit of rounds: each round reads the fleet. */
const ROUNDS_MAX = 48;

/** Excluding all other nodes by name would take longer than placing on them. */
const NODES_MAX = 500;

/** If the nodes with fewest VMs cannot be emptied, others hardly can. */
const EMPTIED_MAX = 4;

/** Improves an assignment until no single step helps, or the bound is reached. */
export function* improveAssignment(
  table: BatchTable,
  { start, bound }: { readonly start: BatchPlaces; readonly bound: number },
  env: Env,
): Steps<BatchPlaces> {
  if (table.nodes.length > NODES_MAX) return start;
  let best = start;
  for (let round = 0; round < ROUNDS_MAX && best.value > bound; round += 1) {
    const better = yield* improveOnce(table, best, env);
    if (better === undefined) break;
    best = better;
  }
  return best;
}

function* improveOnce(
  table: BatchTable,
  places: BatchPlaces,
  env: Env,
): Steps<BatchPlaces | undefined> {
  const { input } = table;
  const assignment = places.plans.map(({ decision }) => decision.target_node);
  const after = nodesAfter(input, assignment);
  if (input.objective === 'peak') {
    const [fullest] = [...after].sort((left, right) => right.use - left.use);
    const steps = (fullest?.members ?? []).map((at) => ({
      moved: [at],
      closed: closedTo(table, after, places.value),
    }));
    return yield* tryEach(table, places, steps, env);
  }
  const opened = after.filter(({ node }) => isEmpty(node));
  const names = new Set(after.map(({ node }) => node.name));
  const unopened = table.nodes.filter((node) => isEmpty(node) && !names.has(node.name));
  const steps = opened
    .sort((left, right) => left.members.length - right.members.length)
    .slice(0, EMPTIED_MAX)
    .map(({ node, members }) => ({
      moved: members,
      closed: [node.name, ...unopened.map(({ name }) => name)],
    }));
  return yield* tryEach(table, places, steps, env);
}

/** Nodes as full as the fullest one gain nothing by another VM. */
function closedTo({ nodes }: BatchTable, after: readonly NodeAfter[], value: number) {
  const full = after.filter(({ use }) => use >= value).map(({ node }) => node.name);
  return nodes.length === full.length ? [] : full;
}

interface Step {
  /** Indexes of the VMs among the requests. */
  readonly moved: readonly number[];
  /** Names of nodes that are excluded for them. */
  readonly closed: readonly string[];
}

function* tryEach(
  table: BatchTable,
  places: BatchPlaces,
  steps: readonly Step[],
  env: Env,
): Steps<BatchPlaces | undefined> {
  for (const step of steps) {
    const moved = yield* moveVms(table, places.plans, step, env);
    if (moved === undefined) continue;
    const assignment = moved.map(({ decision }) => decision.target_node);
    const value = measureBatch(table.input, assignment);
    if (value >= places.value) continue;
    // A VM that leaves may be the target of another VM's affinity.
    if (!hasTerms(table) || (yield* replayAssignment(table, assignment, env)) !== undefined) {
      return { plans: moved, value };
    }
  }
  return undefined;
}

function* moveVms(
  { index, input }: BatchTable,
  plans: readonly PlacementPlan[],
  { moved, closed }: Step,
  env: Env,
): Steps<readonly PlacementPlan[] | undefined> {
  const fleet = openBatchFleet(index);
  for (const [at, plan] of plans.entries()) {
    const request = input.requests[at];
    if (request !== undefined && !moved.includes(at)) putOnFleet(fleet, request, plan);
  }
  const after = [...plans];
  for (const at of moved) {
    yield;
    const request = input.requests[at];
    const plan =
      request === undefined ? undefined : findPlace(fleet, closeTo(request, closed), env);
    if (request === undefined || plan === undefined) return undefined;
    putOnFleet(fleet, request, plan);
    after[at] = plan;
  }
  return after;
}

function closeTo(request: PlacementRequest, closed: readonly string[]): PlacementRequest {
  const excludeNodes = [...(request.constraints.excludeNodes ?? []), ...closed];
  return { ...request, constraints: { ...request.constraints, excludeNodes } };
}
