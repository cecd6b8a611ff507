/** Gradient boosted regression trees, and how they are grown. */

/** One tree in arrays: node 0 is the root. */
export interface Tree {
  /** Index of the feature that a node splits by; -1 for a leaf. */
  readonly feature: readonly number[];
  /** A row goes left if its value is at most this. */
  readonly threshold: readonly number[];
  /** Where a row without a value goes: 1 left, 0 right. */
  readonly missingLeft: readonly number[];
  /** Index of the left child; the right one follows it. */
  readonly left: readonly number[];
  /** By how much the split reduces the squared error; 0 for a leaf. */
  readonly gain: readonly number[];
  /** Prediction of a leaf, with the learning rate in it. */
  readonly value: readonly number[];
}

/** A trained model. */
export interface BoostedTrees {
  /** Prediction before the first tree: the mean of the target. */
  readonly base: number;
  readonly trees: readonly Tree[];
}

/** How trees are grown. */
export interface BoostingSettings {
  readonly trees: number;
  readonly depth: number;
  /** Share of each tree's correction, 0 to 1. */
  readonly learningRate: number;
  /** Rows that a leaf has at least. */
  readonly leafRowsMin: number;
}
