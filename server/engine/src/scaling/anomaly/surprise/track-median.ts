/** The median of a stream of numbers, in constant memory. */

/** Follows the median of numbers. */
export interface MedianTracker {
  readonly add: (value: number) => void;
  /** The estimate; NaN before the first number. */
  readonly median: () => number;
}

const MARKERS = 5;

/**
 * Follows the median with five markers.
 * Source of the idea: Jain and Chlamtac (1985), "The P² algorithm for dynamic calculation of
 * quantiles and histograms without storing observations".
 */
export function trackMedian(): MedianTracker {
  const heights: number[] = [];
  const places = [1, 2, 3, 4, 5];
  const wanted = [1, 2, 3, 4, 5];
  const steps = [0, 0.25, 0.5, 0.75, 1];
  return {
    add: (value) => {
      if (heights.length < MARKERS) {
        heights.push(value);
        heights.sort((a, b) => a - b);
        return;
      }
      const cell = placeOf(heights, value);
      for (let i = cell + 1; i < MARKERS; i += 1) places[i] = (places[i] ?? 0) + 1;
      for (let i = 0; i < MARKERS; i += 1) wanted[i] = (wanted[i] ?? 0) + (steps[i] ?? 0);
      for (let i = 1; i < MARKERS - 1; i += 1) moveMarker(heights, places, wanted, i);
    },
    median: () => heights[Math.floor(heights.length / 2)] ?? Number.NaN,
  };
}

/** Finds the cell of a value; a value outside moves the outermost marker. */
function placeOf(heights: number[], value: number): number {
  const at = (i: number) => heights[i] ?? 0;
  if (value < at(0)) {
    heights[0] = value;
    return 0;
  }
  if (value >= at(MARKERS - 1)) {
    heights[MARKERS - 1] = value;
    return MARKERS - 2;
  }
  let cell = 0;
  while (value >= at(cell + 1)) cell += 1;
  return cell;
}

/** Moves one marker by one place towards where it belongs: by a parabola, else by a line. */
function moveMarker(heights: number[], places: number[], wanted: readonly number[], i: number) {
  const [before, here, after] = [places[i - 1] ?? 0, places[i] ?? 0, places[i + 1] ?? 0];
  const [low, height, high] = [heights[i - 1] ?? 0, heights[i] ?? 0, heights[i + 1] ?? 0];
  const gap = (wanted[i] ?? 0) - here;
  const step = gap >= 1 && after - here > 1 ? 1 : gap <= -1 && before - here < -1 ? -1 : 0;
  if (step === 0) return;
  const curve =
    height +
    (step / (after - before)) *
      (((here - before + step) * (high - height)) / (after - here) +
        ((after - here - step) * (height - low)) / (here - before));
  const [next, nextPlace] = step === 1 ? [high, after] : [low, before];
  const line = height + (step * (next - height)) / (nextPlace - here);
  heights[i] = low < curve && curve < high ? curve : line;
  places[i] = here + step;
}
