/** Input and output of the anomaly detector. */

/** One row of a series. */
export interface Observation {
  /** Time of the measurement. Unit: ms since 1970, UTC. */
  readonly time_ms: number;
  /** Measured value, in any unit; NaN if missing. */
  readonly value: number;
}

/**
 * In what a row is surprising: its level, how fast it rises or falls, its difference to a day ago,
 * its difference to the forecast, how much the rows vary, or the shape of the last rows.
 */
export type AnomalySign = 'level' | 'change' | 'season' | 'forecast' | 'unrest' | 'shape';

/** A sign with its share of the surprise. */
export interface SignShare {
  readonly sign: AnomalySign;
  /** `low`: rarely as low as this, or rarely falls as fast. */
  readonly end: 'high' | 'low';
  /** 0 to 1; all signs of a row together have 1. */
  readonly share: number;
}

/** A row with its score, and what it comes from. */
export interface Judgement {
  /** As of {@link AnomalyDetector.score}. */
  readonly score: number;
  /** The score that it would have if nothing had been reported before. */
  readonly rawScore: number;
  /** Value that the rows before let expect; NaN while too few are known. */
  readonly expected: number;
  /** Largest share first; empty where nothing is surprising. */
  readonly signs: readonly SignShare[];
}

/** Scores the rows of one series in their order. Its memory does not grow with the series. */
export interface AnomalyDetector {
  /**
   * Scores the next row from it and the rows before it.
   * @returns 0 (nothing new) to below 1; 0.99 is about as rare as one row in a hundred
   */
  readonly score: (observation: Observation) => number;
  /** Scores the next row, as `score` does, and says why. */
  readonly judge: (observation: Observation) => Judgement;
}
