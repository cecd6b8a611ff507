/**
 * Confidence by outcomes: the rate of the validation is a prior, which the recorded outcomes of a
 * tenant correct. They only make it less sure: the oracle of the validation, which knows the
 * future, judges more strictly than an outcome does.
 * Source: Gelman et al., "Bayesian data analysis", chapter 2, for the beta-binomial model.
 */
import type { ActionRecord } from '../model/decision.ts';

/** The rate of the validation counts as much as 20 outcomes: one moves it by 5 % at most. */
const PRIOR_OUTCOMES = 20;

/**
 * Corrects a confidence.
 * @param calibrated - of the validation, 0 to 1
 * @returns 0 to 1, at most `calibrated`
 */
export function learnConfidence(calibrated: number, { judged, right }: ActionRecord): number {
  const learned = (PRIOR_OUTCOMES * calibrated + right) / (PRIOR_OUTCOMES + judged);
  return Math.min(calibrated, learned);
}
