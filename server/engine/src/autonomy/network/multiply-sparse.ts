/**
 * Products of dense matrices with vectors in which about half of the numbers are 0, as behind
 * rectifiers: rows for zeros are left out, and eight of the others are added in one pass.
 * Matrices are in rows, one an input.
 */

const ROWS_AT_ONCE = 8;

/** A vector as the places of what is not 0, gathered by {@link gather}. */
export interface Sparse {
  readonly places: Int32Array;
  readonly values: Float64Array;
}

/** Makes room for vectors of up to this length. */
export function makeSparse(length: number): Sparse {
  return { places: new Int32Array(length), values: new Float64Array(length) };
}

/** Gathers what is not 0. @returns how many numbers those are */
export function gather(
  sparse: Sparse,
  vector: Float64Array,
  first: number,
  length: number,
): number {
  const { places, values } = sparse;
  let count = 0;
  for (let at = 0; at < length; at += 1) {
    const value = vector[first + at] ?? 0;
    if (value === 0) continue;
    places[count] = at;
    values[count] = value;
    count += 1;
  }
  return count;
}

/** Rows of a matrix, and where their weighted sum is added. */
export interface RowSum {
  readonly matrix: Float64Array;
  /** Where the row of place 0 begins. */
  readonly matrixFirst: number;
  readonly width: number;
  readonly target: Float64Array;
  readonly targetFirst: number;
}

/** Adds rows of a matrix, each times the value of its place. @param count - gathered values */
export function addRows({ places, values }: Sparse, count: number, sum: RowSum): void {
  const { matrix, matrixFirst, width, target, targetFirst } = sum;
  let at = 0;
  for (; at + ROWS_AT_ONCE <= count; at += ROWS_AT_ONCE) {
    const a = values[at] ?? 0;
    const b = values[at + 1] ?? 0;
    const c = values[at + 2] ?? 0;
    const d = values[at + 3] ?? 0;
    const e = values[at + 4] ?? 0;
    const f = values[at + 5] ?? 0;
    const g = values[at + 6] ?? 0;
    const h = values[at + 7] ?? 0;
    const ra = matrixFirst + (places[at] ?? 0) * width;
    const rb = matrixFirst + (places[at + 1] ?? 0) * width;
    const rc = matrixFirst + (places[at + 2] ?? 0) * width;
    const rd = matrixFirst + (places[at + 3] ?? 0) * width;
    const re = matrixFirst + (places[at + 4] ?? 0) * width;
    const rf = matrixFirst + (places[at + 5] ?? 0) * width;
    const rg = matrixFirst + (places[at + 6] ?? 0) * width;
    const rh = matrixFirst + (places[at + 7] ?? 0) * width;
    for (let to = 0; to < width; to += 1) {
      target[targetFirst + to] =
        (target[targetFirst + to] ?? 0) +
        a * (matrix[ra + to] ?? 0) +
        b * (matrix[rb + to] ?? 0) +
        c * (matrix[rc + to] ?? 0) +
        d * (matrix[rd + to] ?? 0) +
        e * (matrix[re + to] ?? 0) +
        f * (matrix[rf + to] ?? 0) +
        g * (matrix[rg + to] ?? 0) +
        h * (matrix[rh + to] ?? 0);
    }
  }
  for (; at < count; at += 1) {
    const value = values[at] ?? 0;
    const row = matrixFirst + (places[at] ?? 0) * width;
    for (let to = 0; to < width; to += 1) {
      target[targetFirst + to] = (target[targetFirst + to] ?? 0) + value * (matrix[row + to] ?? 0);
    }
  }
}
