/** Comparison of two models on the same rows. */

/** Predictions of both for rows that neither has learned from, in order of time. */
export interface ComparisonQuestion {
  readonly target: Float64Array;
  readonly champion: Float64Array;
  readonly challenger: Float64Array;
  /** Rows after which the comparison ends, declared before it begins. */
  readonly plannedRows: number;
}

/** The better one. */
export type Verdict = 'challenger' | 'champion' | 'undecided' | 'no-difference';

/** Result. */
export interface ComparisonPlan {
  readonly rows: number;
  readonly championMae: number;
  readonly challengerMae: number;
  /** Share of the error of the champion that the challenger avoids, and its lower bound (99 %). */
  readonly improvement: { readonly estimate: number; readonly lower: number };
  /** Two-sided. */
  readonly welchP: number;
  readonly mannWhitneyP: number;
  /** Evidence for the challenger, or against it if below 0, and the bound that ends it early. */
  readonly statistic: number;
  readonly bound: number;
  readonly verdict: Verdict;
}
