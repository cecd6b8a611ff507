/** The simple rules that a model has to beat, when it is trained and as long as it acts. */
import type { Reference } from './table.ts';

/** What the rules that learn have learned from the rows that the model learned from. */
export interface LearnedRules {
  /** Of the target. */
  readonly mean: number;
  /** Least squares around the mean, a term for each feature. */
  readonly linear: readonly LinearTerm[];
}

/** Weight of a feature in units of its standard deviation. */
export interface LinearTerm {
  readonly mean: number;
  readonly deviation: number;
  readonly weight: number;
}

/** `mean` of the target; `linear`: least squares over all features; or a {@link Reference}. */
export type RuleName = 'mean' | 'linear' | Reference['rule'];
