/** Drafts the placement of a batch: the part that needs no solver, and the model to give to one. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../../env.ts';
import { runSteps, type Steps } from '../../steps.ts';
import { isTolerated } from '../place/filters/filter-place.ts';
import type { PlacementRequest, PlacementStrategy } from '../place/model/placement.ts';
import { validateRequest } from '../place/request/validate-request.ts';
import { type BatchTable, makeBatchTable } from './fleet/batch-table.ts';
import { improveAssignment } from './heuristics/improve-assignment.ts';
import { isOfAmounts, packNodes } from './heuristics/pack-nodes.ts';
import { placeSequentially } from './heuristics/place-sequentially.ts';
import { replayAssignment } from './heuristics/replay-assignment.ts';
import type { BatchInput, BatchObjective, BatchPlaces } from './model/batch.ts';
import { findBound } from './objective/find-bound.ts';
import { measureBatch } from './objective/measure-batch.ts';
import { type BatchModel, buildLinearModel } from './solver-model/build-linear-model.ts';

/** The state of a batch before a solver is called. */
export interface BatchDraft {
  readonly table: BatchTable;
  /** The best assignment found; undefined where some VM has no node. */
  readonly found: BatchPlaces | undefined;
  readonly bound: number;
  /** The model for a solver; undefined where it would add nothing, or where it is too large. */
  readonly asked: BatchModel | undefined;
  readonly unasked: 'not-needed' | 'not-possible';
}

/** Strategies to try besides those that the VMs request. */
const STRATEGIES: Readonly<
  Record<BatchInput['objective'], readonly (PlacementStrategy | undefined)[]>
> = {
  nodes: ['best-fit', 'pack', undefined],
  peak: [undefined, { mix: { balanced: 1 } }, 'performance'],
};

/** A hundredth more of the fullest node is negligible. Unit: by objective, nodes or a ratio. */
const GAP_NEGLIGIBLE = { nodes: 0, peak: 0.01 } as const;

/** Tolerance for the rounding of sums. */
const EPSILON = 1e-9;

/**
 * Chooses what a batch is placed by: the objective that the caller names, else the one that suits
 * its strategies. One VM without a named objective goes where it would go alone.
 */
export function chooseSearch(
  requests: readonly PlacementRequest[],
  named: BatchObjective | undefined,
): Pick<BatchInput, 'objective' | 'search'> {
  const isPacked = requests.every(({ strategy }) => strategy === 'pack');
  return {
    objective: named ?? (isPacked ? 'nodes' : 'peak'),
    search: named === undefined && requests.length === 1 ? 'own-strategy' : 'objective',
  };
}

/**
 * Places a batch as well as it can be done quickly, and finds how good that is.
 * @returns the draft, for {@link file://./plan-batch.ts}; `validation-failed` for the first VM
 *   whose request is invalid or contradicts itself
 */
export function draftBatch(input: BatchInput, env: Env): Result<BatchDraft, Problem> {
  return runSteps(draftBatchInSteps(input, env));
}

/** The same in steps, of a VM at most each: `input` may not change meanwhile. */
export function* draftBatchInSteps(
  input: BatchInput,
  env: Env,
): Steps<Result<BatchDraft, Problem>> {
  for (const request of input.requests) {
    const wrong = validateRequest(request);
    if (wrong !== undefined)
      return err({ ...wrong, detail: `${request.vm.name}: ${wrong.detail}` });
  }
  const table = yield* makeBatchTable(input);
  const bound = findBound(table);
  if (input.search === 'own-strategy') {
    const found = yield* placeAll(table, undefined, env);
    return ok({ table, found, bound, asked: undefined, unasked: 'not-needed' });
  }
  const sparing = yield* draftSparing(table, bound, env);
  if (sparing !== undefined) return ok(sparing);
  const found = yield* search(table, bound, env);
  return ok({ table, found, bound, ...askSolver(table, found, bound) });
}

/**
 * Objectives do not see taints of effect `avoid`, so the batch is first placed beside nodes that
 * have one. Where some VM has no other place, each goes where it would go alone.
 * @returns undefined where no node is avoided, or that finds no place for all
 */
function* draftSparing(table: BatchTable, bound: number, env: Env): Steps<BatchDraft | undefined> {
  const nodes = closeAvoided(table.input);
  if (nodes === undefined) return undefined;
  const spared = yield* makeBatchTable({ ...table.input, nodes });
  const found = yield* search(spared, bound, env);
  if (found === undefined) {
    const each = yield* placeAll(table, undefined, env);
    return each && { table, found: each, bound, asked: undefined, unasked: 'not-needed' };
  }
  const { asked, unasked } = askSolver(spared, found, bound);
  return { table, found, bound, asked: asked && { ...asked, scope: 'narrow' }, unasked };
}

/** Avoided nodes have no room; they still count as places that VMs are spread over. */
function closeAvoided({ nodes, requests }: BatchInput): BatchInput['nodes'] | undefined {
  const isAvoided = ({ taints = [] }: BatchInput['nodes'][number]) =>
    taints.some(
      (taint) =>
        taint.effect === 'avoid' &&
        requests.some(({ constraints }) => !isTolerated(taint, constraints.tolerations)),
    );
  if (!nodes.some(isAvoided)) return undefined;
  return nodes.map((node) => (isAvoided(node) ? { ...node, capacity: node.used } : node));
}

function askSolver(
  table: BatchTable,
  found: BatchPlaces | undefined,
  bound: number,
): Pick<BatchDraft, 'asked' | 'unasked'> {
  const gap = (found?.value ?? Number.POSITIVE_INFINITY) - bound;
  const isGood = gap <= GAP_NEGLIGIBLE[table.input.objective] + EPSILON;
  const asked = isGood ? undefined : buildLinearModel(table);
  return { asked, unasked: isGood ? 'not-needed' : 'not-possible' };
}

function* search(table: BatchTable, bound: number, env: Env): Steps<BatchPlaces | undefined> {
  if (table.input.objective === 'nodes' && isOfAmounts(table)) {
    const packed = yield* searchAmounts(table, bound, env);
    if (packed !== undefined) return packed;
  }
  let best: BatchPlaces | undefined;
  for (const strategy of STRATEGIES[table.input.objective]) {
    const isEnough = best !== undefined && best.value <= bound + EPSILON;
    if (isEnough || (best !== undefined && strategy === undefined)) break;
    const placed = yield* placeAll(table, strategy, env);
    if (placed !== undefined && placed.value < (best?.value ?? Number.POSITIVE_INFINITY)) {
      best = placed;
    }
  }
  if (best === undefined) return undefined;
  return yield* improveAssignment(table, { start: best, bound }, env);
}

/** Packs onto as few nodes as the bound allows, else onto fewer than sequential placement used. */
function* searchAmounts(
  table: BatchTable,
  bound: number,
  env: Env,
): Steps<BatchPlaces | undefined> {
  const proven = yield* pack(table, { from: bound, below: bound + 1 }, env);
  if (proven !== undefined) return proven;
  const placed = yield* placeAll(table, 'best-fit', env);
  if (placed === undefined) return undefined;
  return (yield* pack(table, { from: bound + 1, below: placed.value }, env)) ?? placed;
}

/** Returns the result of packing, where the rules allow it. */
function* pack(
  table: BatchTable,
  opened: { readonly from: number; readonly below: number },
  env: Env,
): Steps<BatchPlaces | undefined> {
  const assignment = yield* packNodes(table, opened, env.rng.fork('pack-nodes'));
  const plans = assignment && (yield* replayAssignment(table, assignment, env));
  return plans && { plans, value: measureBatch(table.input, assignment) };
}

function* placeAll(
  table: BatchTable,
  strategy: PlacementStrategy | undefined,
  env: Env,
): Steps<BatchPlaces | undefined> {
  const { plans, left } = yield* placeSequentially(table, strategy, env);
  if (left.length > 0) return undefined;
  const assignment = plans.flatMap((plan) => plan?.decision.target_node ?? []);
  return {
    plans: plans.flatMap((plan) => plan ?? []),
    value: measureBatch(table.input, assignment),
  };
}
