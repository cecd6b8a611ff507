/**
 * Values a candidate by decisions that another one has made and recorded, before it decides anything:
 * doubly robust, so it is right if either the probabilities of the recorded decisions or the
 * expected rewards are.
 * Source: Dudík, Langford and Li, "Doubly robust candidate evaluation and learning" (2011).
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';

/** A decision that was carried out. Lists are in the order of the actions. */
export interface LoggedDecision {
  readonly action: number;
  /** Probability with which it was chosen then: more than 0, at most 1. */
  readonly propensity: number;
  /** What came of it. */
  readonly reward: number;
  /** Rewards expected of each action, by a model that has not seen this decision. */
  readonly expected: readonly number[];
  /** Probabilities with which the new candidate, and the rule, would choose each action. */
  readonly candidate: readonly number[];
  readonly rule: readonly number[];
}

/** Result of an evaluation. Unit: of the rewards, a decision. */
export interface CandidateEvaluation {
  readonly candidate: number;
  readonly rule: number;
  /** Of the candidate over the rule; `lower`: the end of a one-sided interval of 99 %. */
  readonly improvement: { readonly estimate: number; readonly lower: number };
  /** Decisions that count as much as all of them do, since the candidate would make few of them. */
  readonly effective: number;
  /** Whether the candidate may be promoted: `lower` is above 0. */
  readonly isBetter: boolean;
}

/** Rewards of neighbouring decisions resemble each other; means of this many parts hardly do. */
const PARTS = 20;

/** One-sided 99 % quantile of Student's t with 19 degrees of freedom. */
const QUANTILE = 2.539;

/** Fewer say nothing. */
const EFFECTIVE_MIN = 100;

const ROUNDING = 1e-6;

/**
 * Evaluates.
 * @param logged - in order of time
 * @returns `validation-failed` for records that cannot be used, or too few that resemble the candidate
 */
export function planEvaluation(
  logged: readonly LoggedDecision[],
): Result<CandidateEvaluation, Problem> {
  const fault = findFault(logged);
  if (fault !== undefined) return err(problem('validation-failed', fault));
  const effective = countEffective(logged);
  if (effective < EFFECTIVE_MIN) {
    const found = `${logged.length} decisions count as ${Math.floor(effective)} of the new candidate`;
    const detail = `${found}; at least ${EFFECTIVE_MIN} are needed.`;
    const remedy = 'Record more decisions, with some exploration, before you promote it.';
    return err(problem('validation-failed', { detail, remedy }));
  }
  const candidate = logged.map((each) => valueRobustly(each, each.candidate));
  const rule = logged.map((each) => valueRobustly(each, each.rule));
  const gains = candidate.map((value, at) => value - (rule[at] ?? 0));
  const limit = (part: number) => Math.floor((gains.length * part) / PARTS);
  const means = Array.from({ length: PARTS }, (_, part) =>
    meanOf(gains.slice(limit(part), limit(part + 1))),
  );
  const estimate = meanOf(gains);
  const variance = means.reduce((sum, mean) => sum + (mean - estimate) ** 2, 0) / (PARTS - 1);
  const lower = estimate - QUANTILE * Math.sqrt(variance / PARTS);
  return ok({
    candidate: meanOf(candidate),
    rule: meanOf(rule),
    improvement: { estimate, lower },
    effective,
    isBetter: lower > 0,
  });
}

function valueRobustly(
  { action, propensity, reward, expected }: LoggedDecision,
  chances: readonly number[],
): number {
  const model = chances.reduce((sum, chance, at) => sum + chance * (expected[at] ?? 0), 0);
  return model + ((chances[action] ?? 0) / propensity) * (reward - (expected[action] ?? 0));
}

/** Source: Kish, "Survey Sampling" (1965), effective size of a weighted sample. */
function countEffective(logged: readonly LoggedDecision[]): number {
  let [sum, squares] = [0, 0];
  for (const { candidate, action, propensity } of logged) {
    const weight = (candidate[action] ?? 0) / propensity;
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

function findFault(logged: readonly LoggedDecision[]) {
  for (const [at, each] of logged.entries()) {
    const why = findRowFault(each);
    if (why === undefined) continue;
    const remedy = 'Leave it out, or repair the record.';
    return { detail: `Decision ${at + 1} cannot be used: ${why}.`, remedy };
  }
  return undefined;
}

function findRowFault({ action, propensity, reward, expected, candidate, rule }: LoggedDecision) {
  if (!(propensity > 0 && propensity <= 1))
    return `its probability must be above 0 and at most 1, not ${propensity}`;
  if (!Number.isFinite(reward)) return `its reward must be a number, not ${reward}`;
  const isKnown = Number.isInteger(action) && action >= 0 && action < expected.length;
  if (!isKnown) return `there is no action ${action}`;
  if (!expected.every(Number.isFinite)) return 'an expected reward is not a number';
  const isDistribution = (chances: readonly number[]) =>
    chances.length === expected.length &&
    chances.every((chance) => chance >= 0) &&
    Math.abs(chances.reduce((sum, chance) => sum + chance, 0) - 1) < ROUNDING;
  if (isDistribution(candidate) && isDistribution(rule)) return undefined;
  return 'the probabilities of the actions must be 0 or more, and add up to 1';
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
