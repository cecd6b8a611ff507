/** Whether a model may act in a tenant, by what its decisions there have cost against the rules. */
import { roundTo } from '../round.ts';

/** Fewer decisions with an outcome say nothing. */
const STANDING_MIN = 20;

/** Sums of the recorded outcomes of a tenant. */
export interface DecisionRecord {
  /** Number of decisions with an outcome. */
  readonly judged: number;
  /**
   * What the sizes that the rules recommended at the same moments would have cost more. Unit:
   * VM-hours; below 0: less.
   */
  readonly advantage: number;
}

/**
 * Judges it: a model acts unless the rules would have cost less.
 * @returns why it may not act, a sentence; undefined if it may
 */
export function planStanding({ judged, advantage }: DecisionRecord): string | undefined {
  if (judged < STANDING_MIN || advantage >= 0) return undefined;
  const cost = roundTo(-advantage, 1);
  return (
    `The last ${judged} decisions would have cost ${cost} VM-hours more than what the groups' ` +
    'own rules recommended, overload included.'
  );
}
