/** Judges a subject by all checks of its kind. See README.md. */

import { checksOf } from './catalogue/all-checks.ts';
import type { CheckResult, Surroundings } from './model/check.ts';
import type { SubjectFacts, SubjectKind } from './model/facts.ts';
import { PARAMETERS } from './rules/parameters.ts';

/**
 * Judges one subject, live or planned.
 * @returns a result for each check of its kind, in the order of the catalogue
 */
export function planCheckResults<K extends SubjectKind>(
  kind: K,
  subject: SubjectFacts[K],
  around: Omit<Surroundings, 'parameters'>,
): readonly CheckResult[] {
  const surroundings = { ...around, parameters: PARAMETERS };
  return checksOf(kind).map((check) => check.evaluate(subject, surroundings));
}
