/**
 * LOESS: a line through the neighbours of each point, near ones counting more.
 * Source: Cleveland, "Robust locally weighted regression" (1979); the jumps are those of STL.
 */

/** Points between two that are computed, over the window; those between are interpolated. */
const JUMP_RATIO = 0.1;

/**
 * Smooths values at equal distances.
 * @param window - how many neighbours count, both sides together; 3 or more
 * @returns as many values
 */
export function smoothLocally(values: Float64Array, window: number): Float64Array {
  const count = values.length;
  if (count < 3) return Float64Array.from(values);
  const smoothed = new Float64Array(count);
  const jump = Math.max(1, Math.floor(window * JUMP_RATIO));
  let before = 0;
  smoothed[0] = fitAt(values, 0, window);
  for (let at = Math.min(jump, count - 1); ; at = Math.min(at + jump, count - 1)) {
    const here = fitAt(values, at, window);
    const left = smoothed[before] ?? 0;
    for (let between = before + 1; between <= at; between += 1) {
      smoothed[between] = left + ((here - left) * (between - before)) / (at - before);
    }
    if (at === count - 1) return smoothed;
    before = at;
  }
}

/** The weighted line through the neighbours of a point, at the point. */
function fitAt(values: Float64Array, center: number, window: number): number {
  const width = Math.min(window, values.length);
  const half = Math.floor(width / 2);
  const from = Math.max(0, Math.min(center - half, values.length - width));
  const reach = Math.max(center - from, from + width - 1 - center) + 1;
  let total = 0;
  let sum = 0;
  let moment = 0;
  let square = 0;
  let product = 0;
  for (let at = from; at < from + width; at += 1) {
    const distance = at - center;
    const share = Math.abs(distance) / reach;
    const weight = (1 - share * share * share) ** 3;
    const value = values[at] ?? 0;
    total += weight;
    sum += weight * value;
    moment += weight * distance;
    square += weight * distance * distance;
    product += weight * distance * value;
  }
  const determinant = total * square - moment * moment;
  if (determinant <= 1e-9 * total * square) return sum / total;
  return (square * sum - moment * product) / determinant;
}
