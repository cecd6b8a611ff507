/**
 * Grows one regression tree on residuals, level by level, from histograms of binned columns. The
 * histogram of a larger child is that of its parent without that of the smaller one.
 * Source: Ke et al., "LightGBM: A Highly Efficient Gradient Boosting Decision Tree" (2017).
 */
import type { BoostingSettings, Tree } from '../model/boosted-trees.ts';
import { type BinnedColumn, MISSING } from './bin-columns.ts';

/** A node while the tree grows: the rows from `from` to `until` of the order. */
interface Node {
  readonly id: number;
  readonly from: number;
  readonly until: number;
  readonly depth: number;
  readonly histogram: Float64Array;
}

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
}

/** Slots of a histogram per feature: each bin has a sum and a count. */
const SLOTS = (MISSING + 1) * 2;

/** A split that explains less is noise. */
const GAIN_MIN = 1e-12;

/** Pulls leaves with few rows toward 0. */
const SHRINKAGE = 1;

/**
 * Grows a tree and adds its predictions.
 * @param residuals - target without the prediction so far; reduced by the predictions of the tree
 */
export function growTree(
  columns: readonly BinnedColumn[],
  residuals: Float64Array,
  settings: BoostingSettings,
): Tree {
  const order = Int32Array.from(residuals, (_, at) => at);
  const feature: number[] = [-1];
  const threshold: number[] = [0];
  const missingLeft: number[] = [0];
  const left: number[] = [0];
  const gain: number[] = [0];
  const value: number[] = [0];
  const root = {
    id: 0,
    from: 0,
    until: order.length,
    depth: 0,
    histogram: fillHistogram(columns, residuals, order),
  };
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const split = node.depth < settings.depth ? bestSplit(columns, node, settings) : undefined;
    if (split === undefined) {
      const rows = order.subarray(node.from, node.until);
      value[node.id] = settings.learningRate * leafValue(rows, residuals);
      for (const row of rows) residuals[row] = (residuals[row] ?? 0) - (value[node.id] ?? 0);
      continue;
    }
    const middle = partition(columns[split.feature], order, node, split);
    const first = feature.length;
    feature[node.id] = split.feature;
    threshold[node.id] = columns[split.feature]?.limits[split.bin] ?? Number.POSITIVE_INFINITY;
    missingLeft[node.id] = split.missingLeft ? 1 : 0;
    left[node.id] = first;
    gain[node.id] = split.gain;
    for (const list of [threshold, missingLeft, left, gain, value]) list.push(0, 0);
    feature.push(-1, -1);
    open.push(
      ...childrenOf(
        node,
        { middle, first, depthMax: settings.depth },
        { columns, residuals, order },
      ),
    );
  }
  return { feature, threshold, missingLeft, left, gain, value };
}

interface Division {
  /** Where the rows of the right child begin. */
  readonly middle: number;
  /** Id of the left child. */
  readonly first: number;
  readonly depthMax: number;
}

interface Grown {
  readonly columns: readonly BinnedColumn[];
  readonly residuals: Float64Array;
  readonly order: Int32Array;
}

function childrenOf(
  node: Node,
  { middle, first, depthMax }: Division,
  grown: Grown,
): readonly Node[] {
  const depth = node.depth + 1;
  const [leftOne, rightOne] =
    depth < depthMax ? splitHistogram(node, middle, grown) : [EMPTY, EMPTY];
  return [
    { id: first, from: node.from, until: middle, depth, histogram: leftOne },
    { id: first + 1, from: middle, until: node.until, depth, histogram: rightOne },
  ];
}

/** Leaves need no histogram. */
const EMPTY = new Float64Array(0);

function splitHistogram(
  { from, until, histogram }: Node,
  middle: number,
  { columns, residuals, order }: Grown,
): readonly [Float64Array, Float64Array] {
  const isLeftSmaller = middle - from <= until - middle;
  const rows = isLeftSmaller ? order.subarray(from, middle) : order.subarray(middle, until);
  const smaller = fillHistogram(columns, residuals, rows);
  // The parent is done with its histogram: it becomes that of the larger child.
  for (let at = 0; at < histogram.length; at += 1) {
    histogram[at] = (histogram[at] ?? 0) - (smaller[at] ?? 0);
  }
  return isLeftSmaller ? [smaller, histogram] : [histogram, smaller];
}

function fillHistogram(
  columns: readonly BinnedColumn[],
  residuals: Float64Array,
  rows: Int32Array,
): Float64Array {
  const histogram = new Float64Array(columns.length * SLOTS);
  columns.forEach(({ bins }, index) => {
    const offset = index * SLOTS;
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] ?? 0;
      const slot = offset + (bins[row] ?? 0) * 2;
      histogram[slot] = (histogram[slot] ?? 0) + (residuals[row] ?? 0);
      histogram[slot + 1] = (histogram[slot + 1] ?? 0) + 1;
    }
  });
  return histogram;
}

function bestSplit(
  columns: readonly BinnedColumn[],
  { histogram, from, until }: Node,
  { leafRowsMin }: BoostingSettings,
): Split | undefined {
  const count = until - from;
  if (count < 2 * leafRowsMin) return undefined;
  let best: Split | undefined;
  columns.forEach(({ limits }, feature) => {
    const offset = feature * SLOTS;
    const missing = offset + MISSING * 2;
    const [missingSum, missingCount] = [histogram[missing] ?? 0, histogram[missing + 1] ?? 0];
    let total = missingSum;
    for (let bin = 0; bin <= limits.length; bin += 1) total += histogram[offset + bin * 2] ?? 0;
    let [sum, rows] = [0, 0];
    for (let bin = 0; bin < limits.length; bin += 1) {
      sum += histogram[offset + bin * 2] ?? 0;
      rows += histogram[offset + bin * 2 + 1] ?? 0;
      // Where no value was missing, one that is goes with most rows: no side is evidence.
      for (const missingLeft of missingCount > 0 ? [false, true] : [2 * rows >= count]) {
        const leftSum = missingLeft ? sum + missingSum : sum;
        const leftRows = missingLeft ? rows + missingCount : rows;
        if (leftRows < leafRowsMin || count - leftRows < leafRowsMin) continue;
        const gain =
          leftSum ** 2 / (leftRows + SHRINKAGE) +
          (total - leftSum) ** 2 / (count - leftRows + SHRINKAGE) -
          total ** 2 / (count + SHRINKAGE);
        if (gain > (best?.gain ?? GAIN_MIN)) best = { feature, bin, missingLeft, gain };
      }
    }
  });
  return best;
}

/** Moves the rows that go left before the others. @returns where the others begin */
function partition(
  column: BinnedColumn | undefined,
  order: Int32Array,
  { from, until }: Node,
  { bin, missingLeft }: Split,
): number {
  const right: number[] = [];
  let at = from;
  for (let next = from; next < until; next += 1) {
    const row = order[next] ?? 0;
    const own = column?.bins[row] ?? MISSING;
    const isLeft = own === MISSING ? missingLeft : own <= bin;
    if (isLeft) {
      order[at] = row;
      at += 1;
    } else right.push(row);
  }
  order.set(right, at);
  return at;
}

function leafValue(rows: Int32Array, residuals: Float64Array): number {
  let sum = 0;
  for (const row of rows) sum += residuals[row] ?? 0;
  return sum / (rows.length + SHRINKAGE);
}
