/** Tables that models learn from. */

/** Features and target of the same rows. */
export interface Table {
  /** Names of the features, in the order of `columns`. */
  readonly features: readonly string[];
  /** One column per feature; NaN where a value is missing. */
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
}
