/** Selects the step of a forecast for a horizon, and the length of its history. */

/** Steps of a forecast. Unit: seconds. */
export interface Grid {
  readonly stepS: number;
  /** The longest horizon of these steps: models are selected for it, whatever part is asked for. */
  readonly horizonS: number;
  /**
   * Length of the history that is read: older steps say little, or are stored at a lower
   * resolution.
   */
  readonly historyS: number;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** Grids by horizon, the longest first. */
const GRIDS: readonly [Grid, ...Grid[]] = [
  { stepS: HOUR_S, horizonS: 3 * DAY_S, historyS: 70 * DAY_S },
  { stepS: 15 * MINUTE_S, horizonS: DAY_S, historyS: 28 * DAY_S },
  { stepS: 5 * MINUTE_S, horizonS: 6 * HOUR_S, historyS: 14 * DAY_S },
  { stepS: MINUTE_S, horizonS: HOUR_S / 2, historyS: 3 * DAY_S },
];

/** Seasons where none are named: people and machines follow days and weeks. */
const SEASONS_S: readonly number[] = [DAY_S, 7 * DAY_S];

/** The finest grid that reaches as far. @param horizonS - 3 days at most */
export function chooseGrid(horizonS: number): Grid {
  return GRIDS.findLast((grid) => grid.horizonS >= horizonS) ?? GRIDS[0];
}

/** Lengths of seasons in steps. @param seasonsS - a day and a week where undefined */
export function periodsOf({ stepS }: Grid, seasonsS: readonly number[] = SEASONS_S): number[] {
  return seasonsS.map((seasonS) => Math.round(seasonS / stepS)).filter((period) => period > 1);
}
