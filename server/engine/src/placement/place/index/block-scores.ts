/** Types of the block score index: what filters and scorers say of a fleet, block by block. */
import type { WeightedScorer } from '../model/rule.ts';
import type { RuleCache } from './rule-cache.ts';

/** A scorer of places or loads, and where its results are cached. */
export interface RememberedScorer extends WeightedScorer {
  readonly cache: 'places' | 'loads';
  /** Place in the cache's columns. */
  readonly column: number;
}

/**
 * The range that a scorer's values are normalised to: the least value, and the distance to the
 * greatest.
 */
export interface Span {
  readonly least: number;
  readonly span: number;
}

/** The cached results by block. */
export interface BlockScoreIndex {
  readonly places: RuleCache;
  readonly loads: RuleCache;
  /** Scorers whose value is used as it is. */
  readonly shares: readonly RememberedScorer[];
  /** Scorers whose value is normalised between the extremes of all candidates. */
  readonly spanned: readonly RememberedScorer[];
  /** The version of the block that was read; -1 for none. */
  versions: Int32Array;
  /** Nodes that are not rejected. */
  fitting: Int32Array;
  /** The most that `shares` and `spanned` add to the total of one of them, by these spans. */
  sums: Float64Array;
  readonly spans: Span[];
  /** Minimum and maximum score per block, by scorer of `spanned`. */
  readonly least: Float64Array[];
  readonly most: Float64Array[];
  /** Nodes by the set of filters that reject them. */
  readonly refused: (Map<number, number> | undefined)[];
  /** The same of all blocks together. */
  readonly refusals: Map<number, number>;
}

/** Block score indexes by everything that their results depend on; the oldest is evicted. */
export type BlockScoreIndexes = Map<string, BlockScoreIndex>;
