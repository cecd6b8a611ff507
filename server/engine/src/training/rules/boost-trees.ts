/**
 * Trains gradient boosted trees for squared error, and predicts with them.
 * Source: Friedman, "Greedy Function Approximation: A Gradient Boosting Machine" (2001).
 */
import type { BoostedTrees, BoostingSettings, Tree } from '../model/boosted-trees.ts';
import type { Table } from '../model/table.ts';
import { binColumns } from './bin-columns.ts';
import { growTree } from './grow-tree.ts';
import { meanOf } from './measure-errors.ts';

/** Trees without a better result on the validation rows after which no more are grown. */
const PATIENCE = 10;

/**
 * Trains a model.
 * @param validation - rows that decide when to stop; without them, all trees are grown
 */
export function boostTrees(
  { columns, target }: Table,
  settings: BoostingSettings,
  validation?: Table,
): BoostedTrees {
  const binned = binColumns(columns);
  const base = meanOf(target);
  const residuals = target.map((value) => value - base);
  const trees: Tree[] = [];
  const left = validation?.target.map((value) => value - base);
  let best = { error: Number.POSITIVE_INFINITY, trees: 0 };
  while (trees.length < settings.trees) {
    const tree = growTree(binned, residuals, settings);
    trees.push(tree);
    if (validation === undefined || left === undefined) continue;
    const error = subtractTree(validation.columns, tree, left);
    if (error < best.error) best = { error, trees: trees.length };
    else if (trees.length - best.trees >= PATIENCE) break;
  }
  return { base, trees: validation === undefined ? trees : trees.slice(0, best.trees) };
}

/** Reduces residuals by what a tree predicts. @returns the sum of their squares */
function subtractTree(columns: Table['columns'], tree: Tree, residuals: Float64Array): number {
  let error = 0;
  for (let row = 0; row < residuals.length; row += 1) {
    const rest = (residuals[row] ?? 0) - predictTree(tree, columns, row);
    residuals[row] = rest;
    error += rest * rest;
  }
  return error;
}

/** Predicts the target of all rows. */
export function predictRows(
  { base, trees }: BoostedTrees,
  columns: Table['columns'],
): Float64Array {
  const predictions = new Float64Array(columns[0]?.length ?? 0).fill(base);
  for (const tree of trees) {
    for (let row = 0; row < predictions.length; row += 1) {
      predictions[row] = (predictions[row] ?? 0) + predictTree(tree, columns, row);
    }
  }
  return predictions;
}

function predictTree(tree: Tree, columns: Table['columns'], row: number): number {
  let node = 0;
  for (let by = tree.feature[0] ?? -1; by >= 0; by = tree.feature[node] ?? -1) {
    const value = columns[by]?.[row] ?? Number.NaN;
    const isLeft = Number.isNaN(value)
      ? tree.missingLeft[node] === 1
      : value <= (tree.threshold[node] ?? 0);
    node = (tree.left[node] ?? 0) + (isLeft ? 0 : 1);
  }
  return tree.value[node] ?? 0;
}
