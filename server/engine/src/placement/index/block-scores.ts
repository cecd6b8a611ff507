/** The words of boards: what the rules say of a fleet, block by block. */
import type { WeightedScorer } from '../model/rule.ts';
import type { RuleCache } from './rule-cache.ts';

/** A scorer of places or loads, and where it is remembered. */
export interface RememberedScorer extends WeightedScorer {
  readonly cache: 'places' | 'loads';
  /** Place in the cache's columns. */
  readonly column: number;
}

/** What a scorer's word is set against: the least, and how far the others are from it at most. */
export interface Span {
  readonly least: number;
  readonly span: number;
}

/** The answers by block. */
export interface BlockScoreIndex {
  readonly places: RuleCache;
  readonly loads: RuleCache;
  /** Scorers whose word is taken as it is. */
  readonly shares: readonly RememberedScorer[];
  /** Scorers whose word is set against the extremes of all candidates. */
  readonly spanned: readonly RememberedScorer[];
  /** The version of the block that was read; -1 for none. */
  versions: Int32Array;
  /** Nodes that are not refused. */
  fitting: Int32Array;
  /** The most that `shares` and `spanned` add to the total of one of them, by these spans. */
  sums: Float64Array;
  readonly spans: Span[];
  /** By scorer of `spanned`: the least and the most that it says of one of them. */
  readonly least: Float64Array[];
  readonly most: Float64Array[];
  /** Nodes by the set of filters that refuse them. */
  readonly refused: (Map<number, number> | undefined)[];
  /** The same of all blocks together. */
  readonly refusals: Map<number, number>;
}

/** Boards by everything that their answers depend on; the oldest gives way. */
export type BlockScoreIndexes = Map<string, BlockScoreIndex>;
