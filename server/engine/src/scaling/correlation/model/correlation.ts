/** Input and output of correlation. */

/** Values at equal intervals. */
export interface NamedSeries {
  readonly name: string;
  /** One for each step, NaN if missing; all series of a question have the same steps. */
  readonly values: readonly number[];
}

/** Which series move together with one. */
export interface CorrelationQuestion {
  readonly series: NamedSeries;
  readonly others: readonly NamedSeries[];
  /** Longest lag in either direction. Unit: steps. */
  readonly lagMax: number;
  /** Steps of a day, whose recurring changes are removed; 0 for none. */
  readonly daySteps: number;
}

/**
 * `correlated`, or why not: a coefficient that chance explains (`chance`), a series that does not
 * change (`constant`), or too few steps in which both change (`too_few`).
 */
export type CorrelationVerdict = 'correlated' | 'chance' | 'constant' | 'too_few';

/** Relation of one other series to the series. */
export interface Correlation {
  readonly name: string;
  readonly verdict: CorrelationVerdict;
  /**
   * Lag of the strongest coefficient: positive if the other series follows the series. Unit: steps.
   * 0 unless something was measured.
   */
  readonly lag: number;
  /** -1 to 1; 0 unless something was measured. */
  readonly coefficient: number;
  /** Steps in which both change, at that lag. */
  readonly n: number;
  /** Independent ones among them, at most `n`. */
  readonly effectiveN: number;
  /** Of chance, for all comparisons of the question together; 1 unless something was measured. */
  readonly probability: number;
}

/** Answer to a question. */
export interface CorrelationPlan {
  readonly name: string;
  /** Lags that were compared for each series. */
  readonly lags: number;
  /** Correlated ones first, the strongest first. */
  readonly correlations: readonly Correlation[];
}
