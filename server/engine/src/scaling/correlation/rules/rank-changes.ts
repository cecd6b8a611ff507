/** Turns values into ranks of their changes. */

/** Fewer days have no typical change at a time of day. */
const DAYS_MIN = 3;

/** Rounding below this share of the largest value is no change. */
const ROUNDING_RATIO = 1e-12;

/** Changes of a series as ranks. */
export interface RankedChanges {
  /**
   * Centred ranks; equal changes have the mean of their ranks. NaN where a step or the one before
   * it is missing.
   */
  readonly ranks: Float64Array;
  /** Whether all changes are equal. */
  readonly isConstant: boolean;
  /** Share of the changes that is left free once those of a day were removed. */
  readonly freeRatio: number;
}

/**
 * Ranks the changes from step to step, without those that recur at a time of day.
 * @param daySteps - steps of a day; 0 for none
 */
export function rankChanges(values: readonly number[], daySteps: number): RankedChanges {
  const changes = Float64Array.from(values, (value, at) => value - (values[at - 1] ?? Number.NaN));
  const hasDays = daySteps > 1 && values.length >= DAYS_MIN * daySteps;
  if (hasDays) removeDay(changes, daySteps);
  const top = values.reduce((max, value) => Math.max(max, Math.abs(value) || 0), 0);
  const ranked = toRanks(changes, ROUNDING_RATIO * top);
  return { ...ranked, freeRatio: hasDays ? 1 - daySteps / values.length : 1 };
}

function removeDay(changes: Float64Array, daySteps: number): void {
  for (let phase = 0; phase < daySteps; phase += 1) {
    let [sum, known] = [0, 0];
    for (let at = phase; at < changes.length; at += daySteps) {
      const change = changes[at] ?? Number.NaN;
      if (Number.isNaN(change)) continue;
      sum += change;
      known += 1;
    }
    for (let at = phase; at < changes.length; at += daySteps) {
      changes[at] = (changes[at] ?? Number.NaN) - sum / known;
    }
  }
}

function toRanks(
  changes: Float64Array,
  rounding: number,
): Pick<RankedChanges, 'ranks' | 'isConstant'> {
  const ranks = new Float64Array(changes.length).fill(Number.NaN);
  const order = [...changes.keys()]
    .filter((at) => !Number.isNaN(changes[at]))
    .sort((left, right) => (changes[left] ?? 0) - (changes[right] ?? 0));
  const changeAt = (place: number) => changes[order[place] ?? 0] ?? 0;
  const middle = (order.length - 1) / 2;
  let first = 0;
  while (first < order.length) {
    let end = first + 1;
    while (end < order.length && changeAt(end) - changeAt(first) <= rounding) end += 1;
    for (let place = first; place < end; place += 1) {
      ranks[order[place] ?? 0] = (first + end - 1) / 2 - middle;
    }
    first = end;
  }
  const isConstant = order.length === 0 || changeAt(order.length - 1) - changeAt(0) <= rounding;
  return { ranks, isConstant };
}
