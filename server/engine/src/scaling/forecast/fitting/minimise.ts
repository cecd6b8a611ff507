/** Minimises a function of a few numbers without derivatives, in shrinking steps of each. */

/** A number that is searched. */
export interface SearchedNumber {
  readonly begin: number;
  /** The first step. */
  readonly step: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Searches.
 * @param rounds - how often each number is moved at most
 * @returns the numbers with the least cost that was found
 * Source: Hooke and Jeeves, "Direct search" (1961), without its pattern moves.
 */
export function minimise(
  searched: readonly SearchedNumber[],
  rounds: number,
  costOf: (numbers: Float64Array) => number,
): Float64Array {
  let best = Float64Array.from(searched.map(({ begin }) => begin));
  let cost = costOf(best);
  let shrink = 1;
  for (let round = 0; round < rounds; round += 1) {
    let isBetter = false;
    for (const [at, { step, least, most }] of searched.entries()) {
      for (const direction of [1, -1]) {
        const candidate = Float64Array.from(best);
        const moved = (best[at] ?? 0) + direction * step * shrink;
        candidate[at] = Math.min(most, Math.max(least, moved));
        const found = costOf(candidate);
        if (!(found < cost)) continue;
        cost = found;
        best = candidate;
        isBetter = true;
      }
    }
    if (!isBetter) shrink /= 2;
  }
  return best;
}
