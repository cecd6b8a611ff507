/** The first half of placing a batch: what can be done without a solver, and what to ask one. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../env.ts';
import { checkAsk } from '../placement/check-ask.ts';
import type { PlacementStrategy } from '../placement/model.ts';
import { type BatchTable, makeBatchTable } from './batch-table.ts';
import { type BatchModel, buildModel } from './build-model.ts';
import { findBound } from './find-bound.ts';
import { improveAssignment } from './improve-assignment.ts';
import { measureBatch } from './measure-batch.ts';
import type { BatchInput, BatchPlaces } from './model.ts';
import { isOfAmounts, packNodes } from './pack-nodes.ts';
import { placeInTurn } from './place-in-turn.ts';
import { replayAssignment } from './replay-assignment.ts';

/** What is known of a batch before a solver is asked. */
export interface BatchDraft {
  readonly table: BatchTable;
  /** The best places found; undefined where some VM found none. */
  readonly found: BatchPlaces | undefined;
  readonly bound: number;
  /** What to ask a solver; undefined where that would tell nothing, or where it is too large. */
  readonly asked: BatchModel | undefined;
  readonly unasked: 'not-needed' | 'not-possible';
}

/** Orders to try beside what the VMs ask for. */
const STRATEGIES: Readonly<
  Record<BatchInput['objective'], readonly (PlacementStrategy | undefined)[]>
> = {
  nodes: ['best-fit', 'pack', undefined],
  peak: [undefined, { mix: { balanced: 1 } }, 'performance'],
};

/** Nobody minds a hundredth more of the fullest node. Unit: by objective, nodes or a ratio. */
const GAP_NEGLIGIBLE = { nodes: 0, peak: 0.01 } as const;

/** Sums of doubles are a little off. */
const EPSILON = 1e-9;

/**
 * Places a batch as well as it can be done quickly, and finds how good that is.
 * @returns the draft, for {@link file://./plan-batch.ts}; `validation-failed` for the first VM
 *   that makes no sense or contradicts itself
 */
export function draftBatch(input: BatchInput, env: Env): Result<BatchDraft, Problem> {
  for (const ask of input.asks) {
    const wrong = checkAsk(ask);
    if (wrong !== undefined) return err({ ...wrong, detail: `${ask.vm.name}: ${wrong.detail}` });
  }
  const table = makeBatchTable(input);
  const bound = findBound(table);
  const found = search(table, bound, env);
  const gap = (found?.value ?? Number.POSITIVE_INFINITY) - bound;
  const isGood = gap <= GAP_NEGLIGIBLE[input.objective] + EPSILON;
  const asked = isGood ? undefined : buildModel(table);
  return ok({ table, found, bound, asked, unasked: isGood ? 'not-needed' : 'not-possible' });
}

function search(table: BatchTable, bound: number, env: Env): BatchPlaces | undefined {
  if (table.input.objective === 'nodes' && isOfAmounts(table)) {
    const packed = searchAmounts(table, bound, env);
    if (packed !== undefined) return packed;
  }
  let best: BatchPlaces | undefined;
  for (const strategy of STRATEGIES[table.input.objective]) {
    const isEnough = best !== undefined && best.value <= bound + EPSILON;
    if (isEnough || (best !== undefined && strategy === undefined)) break;
    const placed = placeAll(table, strategy, env);
    if (placed !== undefined && placed.value < (best?.value ?? Number.POSITIVE_INFINITY)) {
      best = placed;
    }
  }
  return best === undefined ? undefined : improveAssignment(table, { start: best, bound }, env);
}

/** Packs onto as many nodes as there must be, else onto fewer than come of it in turn. */
function searchAmounts(table: BatchTable, bound: number, env: Env): BatchPlaces | undefined {
  const proven = pack(table, { from: bound, below: bound + 1 }, env);
  if (proven !== undefined) return proven;
  const placed = placeAll(table, 'best-fit', env);
  return placed && (pack(table, { from: bound + 1, below: placed.value }, env) ?? placed);
}

/** What comes of packing, where the rules allow it. */
function pack(
  table: BatchTable,
  opened: { readonly from: number; readonly below: number },
  env: Env,
): BatchPlaces | undefined {
  const assignment = packNodes(table, opened, env.rng.fork('pack-nodes'));
  const plans = assignment && replayAssignment(table, assignment, env);
  return plans && { plans, value: measureBatch(table.input, assignment) };
}

function placeAll(
  table: BatchTable,
  strategy: PlacementStrategy | undefined,
  env: Env,
): BatchPlaces | undefined {
  const { plans, left } = placeInTurn(table, strategy, env);
  if (left.length > 0) return undefined;
  const assignment = plans.flatMap((plan) => plan?.decision.target_node ?? []);
  return {
    plans: plans.flatMap((plan) => plan ?? []),
    value: measureBatch(table.input, assignment),
  };
}
