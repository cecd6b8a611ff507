/** Least squares with a ridge: small systems of linear equations. */

/** Below this a pivot is rounding: the column says nothing new. */
const PIVOT_MIN = 1e-12;

/** Sums over rows of a regression: what its normal equations consist of. */
export interface NormalEquations {
  /** Columns. */
  readonly size: number;
  /** Lower triangle of the sums of products, row by row. */
  readonly products: Float64Array;
  /** Sums of products with the target. */
  readonly targets: Float64Array;
}

/** Makes equations without rows. */
export function makeEquations(size: number): NormalEquations {
  return {
    size,
    products: new Float64Array(size * size),
    targets: new Float64Array(size),
  };
}

/** Adds a row of a design matrix. */
export function addRow(
  { size, products, targets }: NormalEquations,
  row: { readonly design: Float64Array; readonly from: number },
  target: { readonly value: number; readonly weight: number },
): void {
  const { design, from } = row;
  for (let one = 0; one < size; one += 1) {
    const weighted = (design[from + one] ?? 0) * target.weight;
    targets[one] = (targets[one] ?? 0) + weighted * target.value;
    const begin = one * size;
    for (let other = 0; other <= one; other += 1) {
      const at = begin + other;
      products[at] = (products[at] ?? 0) + weighted * (design[from + other] ?? 0);
    }
  }
}

/**
 * Solves the equations by Cholesky's method.
 * @param penalties - what is added to the diagonal, one for each column; more than 0
 * @returns a coefficient for each column
 */
export function solveRidge(
  { size, products, targets }: NormalEquations,
  penalties: ArrayLike<number>,
): Float64Array {
  const root = factorize(products, size, penalties);
  const solution = Float64Array.from(targets);
  for (let row = 0; row < size; row += 1) {
    let sum = solution[row] ?? 0;
    for (let at = 0; at < row; at += 1) sum -= (root[row * size + at] ?? 0) * (solution[at] ?? 0);
    solution[row] = sum / (root[row * size + row] ?? 1);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = solution[row] ?? 0;
    for (let at = row + 1; at < size; at += 1) {
      sum -= (root[at * size + row] ?? 0) * (solution[at] ?? 0);
    }
    solution[row] = sum / (root[row * size + row] ?? 1);
  }
  return solution;
}

function factorize(
  products: Float64Array,
  size: number,
  penalties: ArrayLike<number>,
): Float64Array {
  const root = Float64Array.from(products);
  for (let column = 0; column < size; column += 1) {
    const own = column * size;
    let sum = (root[own + column] ?? 0) + (penalties[column] ?? 0);
    for (let at = 0; at < column; at += 1) sum -= (root[own + at] ?? 0) ** 2;
    const pivot = Math.sqrt(Math.max(sum, PIVOT_MIN));
    root[own + column] = pivot;
    for (let row = column + 1; row < size; row += 1) {
      const begin = row * size;
      let rest = root[begin + column] ?? 0;
      for (let at = 0; at < column; at += 1) {
        rest -= (root[begin + at] ?? 0) * (root[own + at] ?? 0);
      }
      root[begin + column] = rest / pivot;
    }
  }
  return root;
}
