/** Draws how likely a placement is to stay the best one while measured loads change. */
import type { Rng } from '../../../env.ts';
import { roundTo } from '../../../round.ts';
import type { Contender, Contest } from '../model/contest.ts';
import { inverseNormal } from './inverse-normal.ts';

/** Draws of one confidence: its standard error is at most 0.036. */
export const CONFIDENCE_DRAWS = 200;

/** Scores are compared as they are decided by: with four decimals. */
const SCORE_STEPS = 10_000;

/**
 * Draws the confidence of a placement: the share of {@link CONFIDENCE_DRAWS} draws of the measured
 * loads an hour later in which the chosen node still has the highest score. Nodes with an equal
 * score draw lots again, so of `n` equal nodes each has a confidence near `1 / n`.
 * @param rng - seeded by the id of the decision, so that the same record gives the same number
 * @returns a probability, 0 to 1
 * @remarks The best of `n` alike nodes is drawn at once: the lowest of `n` normal numbers is the
 * quantile of `1 - u^(1/n)`. A draw costs as much as there are contenders, not nodes.
 */
export function drawConfidence(contest: Contest, rng: Rng): number {
  let stayed = 0;
  for (let draw = 0; draw < CONFIDENCE_DRAWS; draw += 1) if (staysFirst(contest, rng)) stayed += 1;
  return roundTo(stayed / CONFIDENCE_DRAWS, 3);
}

function staysFirst({ loadWeight, leader, others }: Contest, rng: Rng): boolean {
  const score = drawScore(leader, loadWeight, rng);
  const lot = rng.next();
  let isFirst = true;
  // Every draw takes the same number of random numbers.
  for (const other of others) {
    const theirs = drawScore(other, loadWeight, rng);
    const theirLot = highestOf(rng.next(), other.count);
    if (theirs > score || (theirs === score && theirLot > lot)) isFirst = false;
  }
  return isFirst;
}

/** The best score among nodes that are alike. Unit: steps of scores. */
function drawScore({ count, base, load, spread }: Contender, weight: number, rng: Rng): number {
  const lowest = inverseNormal(1 - highestOf(rng.next(), count));
  const drawn = Math.min(1, Math.max(0, load + spread * lowest));
  return Math.round((base + weight * (1 - drawn)) * SCORE_STEPS);
}

/** The highest of `count` numbers between 0 and 1, from one of them. */
function highestOf(drawn: number, count: number): number {
  return count === 1 ? drawn : drawn ** (1 / count);
}
