/** Describes checks and standards. */
import type { ComplianceStandard } from '@novacron/contract/compliance/compliance';
import { ALL_CHECKS, DESCRIPTIONS, KINDS_OF_CHECKS, STANDARDS } from './catalogue/all-checks.ts';
import type { CheckDescription } from './model/check.ts';
import type { SubjectKind } from './model/facts.ts';
import type { Standard } from './model/standard.ts';
import { PARAMETERS } from './rules/parameters.ts';

/**
 * The description of a check; undefined if this release has no predicate for it.
 * @param kind - kind of the subject, as a check of several kinds may ask for something else of each
 */
export function explainCheck(id: string, kind?: string): CheckDescription | undefined {
  return DESCRIPTIONS.get(`${id}/${kind}`) ?? ALL_CHECKS.get(id);
}

/** Kinds of the subjects that a check judges. */
export function explainKinds(id: string): readonly SubjectKind[] {
  return KINDS_OF_CHECKS.get(id) ?? [];
}

/** The standards, in the order in which they are listed. */
export function explainStandards(): readonly Standard[] {
  return Object.values(STANDARDS);
}

/** One standard. */
export function explainStandard(id: ComplianceStandard): Standard {
  return STANDARDS[id];
}

/** All checks, parameters and standards as data: what their digest is made of. */
export function explainCatalogue(): unknown {
  const checks = [...ALL_CHECKS.values()].map(({ id, title, severity, coverage }) => ({
    id,
    title,
    severity,
    coverage,
  }));
  return { checks, parameters: PARAMETERS, standards: STANDARDS };
}
