/** Draws how likely a placement is to stay the best one while measured loads change. */
import type { Rng } from '../../../env.ts';
import { roundTo } from '../../../round.ts';
import type { Contender, Contest } from '../model/contest.ts';

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

/**
 * Returns the quantile of the standard normal distribution, with a relative error below 1.2e-9.
 * @param share - probability, above 0 and below 1; the ends are moved inside
 * @remarks Source: Acklam, "An algorithm for computing the inverse normal cumulative distribution
 * function" (2003): rational approximations of the centre and of the tails.
 */
export function inverseNormal(share: number): number {
  const p = Math.min(1 - SHARE_MIN, Math.max(SHARE_MIN, share));
  if (p < TAIL) return tailAt(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - TAIL) return -tailAt(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(CENTRE_TOP, r) * q) / (polynomial(CENTRE_BOTTOM, r) * r + 1);
}

const SHARE_MIN = 1e-12;
const TAIL = 0.02425;

const CENTRE_TOP = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const CENTRE_BOTTOM = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const TAIL_TOP = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
  4.374664141464968, 2.938163982698783,
];
const TAIL_BOTTOM = [
  0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416,
];

function tailAt(q: number): number {
  return polynomial(TAIL_TOP, q) / (polynomial(TAIL_BOTTOM, q) * q + 1);
}

/** Horner's rule, the highest power first. */
function polynomial(coefficients: readonly number[], at: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * at + coefficient;
  return sum;
}
