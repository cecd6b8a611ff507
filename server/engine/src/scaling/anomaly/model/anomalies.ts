/** Input and output of the anomaly detector. */

/** One row of a series. */
export interface Observation {
  /** Time of the measurement. Unit: ms since 1970, UTC. */
  readonly time_ms: number;
  /** Measured value, in any unit; NaN if missing. */
  readonly value: number;
}

/** Scores the rows of one series in their order. Its memory does not grow with the series. */
export interface AnomalyDetector {
  /**
   * Scores the next row from it and the rows before it.
   * @returns 0 (nothing new) to below 1; 0.99 is about as rare as one row in a hundred
   */
  readonly score: (observation: Observation) => number;
}
