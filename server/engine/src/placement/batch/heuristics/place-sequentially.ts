/** Places the VMs of a batch one after another, the hardest first. */
import type { Env } from '../../../env.ts';
import type { Steps } from '../../../steps.ts';
import type {
  PlacementPlan,
  PlacementRequest,
  PlacementStrategy,
} from '../../place/model/placement.ts';
import { AMOUNT_KEYS, DIMENSIONS } from '../../place/resources/find-shortage.ts';
import { findPlace, openBatchFleet, putOnFleet } from '../fleet/batch-fleet.ts';
import type { BatchTable } from '../fleet/batch-table.ts';

/** The outcome of sequential placement. */
export interface SequentialPlacement {
  /** Plan of each request; undefined if no node was found. */
  readonly plans: readonly (PlacementPlan | undefined)[];
  /** Indexes of the requests for which no node was found. */
  readonly left: readonly number[];
}

/**
 * Places VMs one after another; a VM without a node waits until those that it must be near to are
 * placed.
 * @param strategy - replaces the strategy of each request
 * Source of the order: best fit decreasing, by the largest share of the largest node.
 */
export function* placeSequentially(
  { index, input }: Pick<BatchTable, 'index' | 'input'>,
  strategy: PlacementStrategy | undefined,
  env: Env,
): Steps<SequentialPlacement> {
  const fleet = openBatchFleet(index);
  const plans: (PlacementPlan | undefined)[] = input.requests.map(() => undefined);
  let waiting = hardestFirst(input);
  for (;;) {
    const left: number[] = [];
    for (const at of waiting) {
      yield;
      const asked = input.requests[at];
      if (asked === undefined) continue;
      const request = strategy === undefined ? asked : { ...asked, strategy };
      const plan = findPlace(fleet, request, env);
      if (plan === undefined) {
        left.push(at);
        continue;
      }
      putOnFleet(fleet, request, plan);
      plans[at] = plan;
    }
    if (left.length === 0 || left.length === waiting.length) return { plans, left };
    waiting = left;
  }
}

function hardestFirst({ requests, nodes }: BatchTable['input']): readonly number[] {
  const largest = DIMENSIONS.map((dimension) => {
    const key = AMOUNT_KEYS[dimension];
    return { key, capacity: Math.max(1, ...nodes.map(({ capacity }) => capacity[key])) };
  });
  const shareOf = ({ vm }: PlacementRequest) =>
    Math.max(...largest.map(({ key, capacity }) => vm[key] / capacity));
  const isPinned = ({ constraints }: PlacementRequest) => Number(constraints.node !== undefined);
  return requests
    .map((request, at) => ({ at, pinned: isPinned(request), share: shareOf(request) }))
    .sort(
      (left, right) => right.pinned - left.pinned || right.share - left.share || left.at - right.at,
    )
    .map(({ at }) => at);
}
