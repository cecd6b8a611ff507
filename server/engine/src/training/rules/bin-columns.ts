/** Sorts the values of columns into bins of about equal counts, by which trees are grown. */

/** A column in bins. */
export interface BinnedColumn {
  /** Upper limits of the bins, ascending; the last bin has none. */
  readonly limits: Float64Array;
  /** Bin of each row; {@link MISSING} where the value is missing. */
  readonly bins: Uint8Array;
}

const BINS_MAX = 64;

/** Bins of values are below it. */
export const MISSING = BINS_MAX;

/** Values that decide the limits: more change nothing that a tree would notice. */
const SAMPLED_MAX = 10_000;

/** Bins every column. */
export function binColumns(columns: readonly Float64Array[]): readonly BinnedColumn[] {
  return columns.map((column) => {
    const limits = limitsOf(column);
    const bins = Uint8Array.from(column, (value) =>
      Number.isNaN(value) ? MISSING : binOf(limits, value),
    );
    return { limits, bins };
  });
}

function limitsOf(column: Float64Array): Float64Array {
  const step = Math.max(1, Math.floor(column.length / SAMPLED_MAX));
  const known = column.filter((value, at) => at % step === 0 && !Number.isNaN(value)).sort();
  const limits: number[] = [];
  for (let bin = 1; bin < BINS_MAX; bin += 1) {
    const at = Math.floor((bin * known.length) / BINS_MAX);
    const [below = Number.NaN, above = Number.NaN] = [known[at - 1], known[at]];
    const limit = (below + above) / 2;
    if (below < above && limit > (limits.at(-1) ?? Number.NEGATIVE_INFINITY)) limits.push(limit);
  }
  return Float64Array.from(limits);
}

/** Number of the first bin whose limit is not below the value. */
function binOf(limits: Float64Array, value: number): number {
  let [low, high] = [0, limits.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (limits[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
