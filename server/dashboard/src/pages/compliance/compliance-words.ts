/** Figures of compliance in words. */

const PERCENT = 100;

/** A score with one digit; a dash without a verdict. */
export function scoreWords(score: number | null): string {
  return score === null ? '–' : score.toFixed(1);
}

/** A share as percent, rounded down: 99.9 % is not all. */
export function percentWords(ratio: number | null): string {
  return ratio === null ? '–' : `${Math.floor(ratio * PERCENT)} %`;
}
