/** Does an anomaly of a series begin, last or end with a row? */
import type { AnomalyDetector, Judgement, Observation } from './model/anomalies.ts';
import { createDetector } from './plan-anomalies.ts';

/**
 * Rows before an anomaly may begin: without a day of them, the first morning is one.
 */
export const FOLLOWED_ROWS_MIN = 300;

/** An anomaly ends after this many rows in a row that are hardly surprising. */
const CALM_ROWS = 3;

/** Half as many decades of surprise as the threshold has. */
const CALM_RATIO = 0.5;

/** A row as the follower of its series sees it. */
export interface FollowedRow {
  /**
   * `begins` once, `grows` if what lasts becomes half again as surprising, `ends` once; a missing
   * row changes nothing.
   */
  readonly phase: 'none' | 'begins' | 'grows' | 'lasts' | 'ends';
  readonly judgement: Judgement;
}

/** Follows one series, row after row. */
export interface SeriesFollower {
  readonly follow: (observation: Observation) => FollowedRow;
  /** Whether an anomaly has begun and not ended. */
  readonly isLasting: () => boolean;
  /** Rows with a value so far. */
  readonly rows: () => number;
}

/**
 * Creates a follower.
 * @param threshold - score from which a row begins an anomaly, 0 to below 1
 */
export function createFollower(threshold: number): SeriesFollower {
  const detector: AnomalyDetector = createDetector();
  const calmScore = 1 - (1 - threshold) ** CALM_RATIO;
  let [rows, calmRows] = [0, 0];
  let isLasting = false;
  const phaseOf = ({ score, rawScore }: Judgement): FollowedRow['phase'] => {
    if (score >= threshold && rows > FOLLOWED_ROWS_MIN) {
      const phase = isLasting ? 'grows' : 'begins';
      [isLasting, calmRows] = [true, 0];
      return phase;
    }
    if (!isLasting) return 'none';
    calmRows = rawScore >= calmScore ? 0 : calmRows + 1;
    if (calmRows < CALM_ROWS) return 'lasts';
    isLasting = false;
    return 'ends';
  };
  return {
    follow: (observation) => {
      const judgement = detector.judge(observation);
      if (!Number.isFinite(observation.value)) {
        return { phase: isLasting ? 'lasts' : 'none', judgement };
      }
      rows += 1;
      return { phase: phaseOf(judgement), judgement };
    },
    isLasting: () => isLasting,
    rows: () => rows,
  };
}
