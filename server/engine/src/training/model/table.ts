/** Tables that models learn from. */

/** Features and target of the same rows. */
export interface Table {
  /** Names of the features, in the order of `columns`. */
  readonly features: readonly string[];
  /** One column per feature; NaN where a value is missing. */
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
  /** Rules that need no training; without them, rows in order of time have `last`. */
  readonly references?: readonly Reference[];
}

/** What a simple rule predicts for each row; NaN where it knows nothing. */
export interface Reference {
  /** `last`: the last known value; `day-before`: the value a day earlier. */
  readonly rule: 'last' | 'day-before';
  readonly predicted: Float64Array;
}

/** Series at equal steps that a table is made from. All are equally long. */
export interface SeriesTable {
  /** Begin of the first step. Unit: seconds since 1970. */
  readonly startS: number;
  readonly stepS: number;
  /** How far ahead the target is. Unit: steps. */
  readonly horizon: number;
  /** NaN where a value is missing. */
  readonly target: Float64Array;
  readonly features: readonly SeriesFeature[];
}

/** A feature: a series, or the time of the target. */
export type SeriesFeature =
  | { readonly name: string; readonly values: Float64Array }
  | { readonly name: 'hour_of_day' | 'day_of_week' };

/** A table whose rows have a time. */
export interface TimedTable extends Table {
  /** Begin of the step that each row predicts. Unit: seconds since 1970. */
  readonly times: Float64Array;
}
