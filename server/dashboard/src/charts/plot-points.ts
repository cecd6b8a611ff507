/** Selects a point of a chart by keys or by a position on it. */

/** Points that a page key skips. */
const PAGE = 10;

/**
 * The index that a key leads to.
 * @param index - the chosen point; undefined: none is yet
 * @param last - index of the last point
 * @returns undefined for keys that choose nothing
 */
export function stepOfKey(
  key: string,
  index: number | undefined,
  last: number,
): number | undefined {
  const from = index ?? -1;
  const targets: Readonly<Record<string, number>> = {
    ArrowRight: from + 1,
    ArrowUp: from + 1,
    ArrowLeft: index === undefined ? last : from - 1,
    ArrowDown: index === undefined ? last : from - 1,
    PageDown: from + PAGE,
    PageUp: from - PAGE,
    Home: 0,
    End: last,
  };
  const target = targets[key];
  if (target === undefined || last < 0) return undefined;
  return Math.max(0, Math.min(last, target));
}

/** A point on the screen; null where a series has no value. Unit: px. */
export type Place = readonly [x: number, y: number] | null;

/** The index of the place that is nearest to a pointer, at most `reachPx` away. */
export function nearestPlace(
  places: readonly Place[],
  [x, y]: readonly [number, number],
  reachPx: number,
): number | null {
  let found: number | null = null;
  let best = reachPx ** 2;
  for (const [index, place] of places.entries()) {
    if (place === null) continue;
    const distance = (place[0] - x) ** 2 + (place[1] - y) ** 2;
    if (distance <= best) [found, best] = [index, distance];
  }
  return found;
}
