/** Whether a model still fits what comes. */
import type { LearnedRules, RuleName } from './simple-rules.ts';
import type { Reference } from './table.ts';

/** Distribution of a column. */
export interface FeatureProfile {
  readonly name: string;
  /** Bounds between the parts, ascending. */
  readonly edges: readonly number[];
  /** Share of values in each part; the last one is that of missing values. */
  readonly shares: readonly number[];
}

/** What came since a model was trained. */
export interface DriftQuestion {
  readonly profile: readonly FeatureProfile[];
  /** Error on the rows that were held back. */
  readonly maeTrained: number;
  readonly target: Float64Array;
  readonly predicted: Float64Array;
  /** The rules as they were learned with the model, and those that need no training. */
  readonly rules: LearnedRules;
  readonly references: readonly Reference[];
  /** Recent values of each column of the profile. */
  readonly columns: readonly Float64Array[];
}

/** What was found. */
export interface DriftPlan {
  readonly rows: number;
  /** Largest population stability index, and its column; undefined where too few rows came. */
  readonly inputs: { readonly name: string; readonly index: number } | undefined;
  readonly mae: number | undefined;
  /** The best simple rule on the same rows. */
  readonly rule: { readonly name: RuleName; readonly mae: number } | undefined;
  /** Whether a new candidate is trained. */
  readonly isDrifted: boolean;
  /** Whether the model is still better than the best rule. */
  readonly acts: boolean;
}
