/** Finds when simulated use reaches a limit, with an 80 % interval. */
import { nearestRank } from '../../nearest-rank.ts';

/** Days until the limit is reached: 1 is the next day. Infinity: beyond the paths. */
export interface RunOutDays {
  readonly earliest: number;
  readonly middle: number;
  readonly latest: number;
}

const LOWER_SHARE = 0.1;
const UPPER_SHARE = 0.9;

/** Finds it. @param paths - use by day; one or more */
export function findRunOutDays(paths: readonly Float64Array[], limit: number): RunOutDays {
  const days = paths
    .map((path) => {
      const day = path.findIndex((use) => use >= limit);
      return day < 0 ? Number.POSITIVE_INFINITY : day + 1;
    })
    .sort((one, other) => one - other);
  const at = (share: number) => nearestRank(days, share) ?? Number.POSITIVE_INFINITY;
  return { earliest: at(LOWER_SHARE), middle: at(0.5), latest: at(UPPER_SHARE) };
}
