/** The rows of a series that score highly, in lines for people. */

/** A row with its score. */
export interface ScoredRow {
  /** Time in readable form. */
  readonly timestamp: string;
  /** null where it is missing. */
  readonly value: number | null;
  /** 0 to below 1. */
  readonly score: number;
}

/**
 * Lists the rows that score at least a threshold, and how many they are.
 * @param threshold - 0 to 1; rows without a score are never listed
 */
export function explainAnomalies(rows: readonly ScoredRow[], threshold: number): readonly string[] {
  const lines = rows
    .filter(({ score }) => score >= threshold && score > 0)
    .map(({ timestamp, value, score }) => `${timestamp}  ${score.toFixed(4)}  ${value}`);
  const counts = `${lines.length} of ${rows.length} rows score at least ${threshold}.`;
  return lines.length === 0 ? [counts] : ['TIMESTAMP  SCORE  VALUE', ...lines, '', counts];
}
