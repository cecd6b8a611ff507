/** Distance of the last rows' shape from every earlier shape. */
import type { Feature } from './windows.ts';

/** Limits of the comparison: rows to look back, and number of shapes. */
const SPAN_ROWS = 2_400;
const COMPARED_MAX = 600;
const FIRST_ROWS = 20;

/**
 * Measures the distance from the last values to the third nearest of the earlier shapes.
 * Source of the idea: Burnaev and Ishimtsev (2016), "Conformalized density- and distance-based
 * anomaly detection in time-series data" (KNN-CAD).
 * @param length - rows of a shape
 */
export function nearestShape(length: number): Feature {
  const size = SPAN_ROWS + length;
  const buffer = new Float64Array(2 * size);
  let filled = 0;
  let rows = 0;
  return (value) => {
    if (filled === buffer.length) {
      buffer.copyWithin(0, size);
      filled = size;
    }
    buffer[filled] = value;
    filled += 1;
    rows += 1;
    if (rows <= 2 * length + FIRST_ROWS) return Number.NaN;
    const newest = filled - 1;
    const oldest = Math.max(length, newest - SPAN_ROWS);
    const every = Math.max(1, Math.floor((newest - length - oldest) / COMPARED_MAX));
    const nearest: Nearest = [
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ];
    for (let end = newest - length; end >= oldest; end -= every) {
      keepNearest(nearest, distance(buffer, newest, end, length, nearest[2]));
    }
    return Number.isFinite(nearest[2]) ? Math.sqrt(nearest[2]) : Number.NaN;
  };
}

type Nearest = [number, number, number];

function keepNearest(nearest: Nearest, found: number): void {
  if (found < nearest[0]) {
    nearest[2] = nearest[1];
    nearest[1] = nearest[0];
    nearest[0] = found;
  } else if (found < nearest[1]) {
    nearest[2] = nearest[1];
    nearest[1] = found;
  } else if (found < nearest[2]) nearest[2] = found;
}

/** Squared distance of two shapes; what exceeds the limit is not added up to its end. */
function distance(
  buffer: Float64Array,
  newest: number,
  end: number,
  length: number,
  limit: number,
): number {
  let sum = 0;
  for (let i = 0; i < length && sum <= limit; i += 1) {
    const each = (buffer[newest - i] ?? 0) - (buffer[end - i] ?? 0);
    sum += each * each;
  }
  return sum;
}
