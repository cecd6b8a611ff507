/**
 * Minimum number of size changes of a group if all of its demand were known beforehand: a bound
 * that no controller can beat. It is the shortest path through the sizes of each minute: every
 * start and stop costs 1 and every member a price per minute; the price is chosen so that the
 * instance-hours are those allowed (a Lagrange multiplier).
 */
import { SIZE_MAX, SIZE_MIN, UTILIZATION_MAX } from './simulate-scaling.ts';
import type { LoopTrace } from './traces.ts';

const SIZES = SIZE_MAX - SIZE_MIN + 1;

/** Halvings of the range of prices: to a thousandth of the instance-hours. */
const HALVINGS = 14;

/** Above this price of a member and minute the least size is taken in every minute. */
const PRICE_MAX = 2;

/** Costs of a path through the sizes. */
export interface SizePath {
  readonly startsAndStops: number;
  readonly memberMinutes: number;
}

/**
 * The fewest starts and stops without any violation.
 * @param memberMinutesMax - what all traces together may use
 */
export function findLeastChanges(traces: readonly LoopTrace[], memberMinutesMax: number): SizePath {
  const needs = traces.map(({ trace, first }) => trace.demand.slice(first).map(sizeNeeded));
  let [low, high] = [0, PRICE_MAX];
  let best = walkAll(needs, high);
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const price = Math.sqrt(Math.max(low, 1e-6) * high);
    const path = walkAll(needs, price);
    if (path.memberMinutes <= memberMinutesMax) {
      best = path;
      high = price;
    } else low = price;
  }
  return best;
}

function sizeNeeded(demand: number): number {
  return Math.min(SIZE_MAX, Math.max(SIZE_MIN, Math.ceil(demand / UTILIZATION_MAX)));
}

function walkAll(needs: readonly Float64Array[], price: number): SizePath {
  const paths = needs.map((each) => walk(each, price));
  return {
    startsAndStops: paths.reduce((sum, path) => sum + path.startsAndStops, 0),
    memberMinutes: paths.reduce((sum, path) => sum + path.memberMinutes, 0),
  };
}

/** The cheapest path through one trace, which may begin with any size. */
function walk(needs: Float64Array, price: number): SizePath {
  const cost = new Float64Array(SIZES);
  const changes = new Float64Array(SIZES);
  const minutes = new Float64Array(SIZES);
  const takeFrom = (to: number, from: number) => {
    if (Number(cost[from]) + 1 >= Number(cost[to])) return;
    cost[to] = Number(cost[from]) + 1;
    changes[to] = Number(changes[from]) + 1;
    minutes[to] = Number(minutes[from]);
  };
  for (const [minute, need] of needs.entries()) {
    for (let at = 1; minute > 0 && at < SIZES; at += 1) takeFrom(at, at - 1);
    for (let at = SIZES - 2; minute > 0 && at >= 0; at -= 1) takeFrom(at, at + 1);
    for (let at = 0; at < SIZES; at += 1) {
      const size = at + SIZE_MIN;
      cost[at] = size < need ? Number.POSITIVE_INFINITY : Number(cost[at]) + price * size;
      minutes[at] = Number(minutes[at]) + size;
    }
  }
  const best = cost.indexOf(Math.min(...cost));
  return { startsAndStops: Number(changes[best]), memberMinutes: Number(minutes[best]) };
}
