/** Describes checks and standards. */
import { ALL_CHECKS, DESCRIPTIONS, KINDS_OF_CHECKS, STANDARDS } from './catalogue/all-checks.ts';
import type { CheckDescription } from './model/check.ts';
import type { SubjectKind } from './model/facts.ts';
import type { CheckingPolicy, Standard } from './model/standard.ts';
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

/** The description of a check of a standard, which may be a policy. */
export function explainCheckOf({ policies }: Standard, id: string): CheckDescription | undefined {
  return policies?.get(id) ?? ALL_CHECKS.get(id);
}

/** The standards that policies name, in the order of their names. A policy decides its matter. */
export function explainOwnStandards(policies: readonly CheckingPolicy[]): readonly Standard[] {
  const names = [...new Set(policies.map(({ check }) => check.standard))];
  return names.toSorted().map((id) => {
    const own = policies.filter(({ check }) => check.standard === id);
    const requirements = new Set(own.flatMap(({ check }) => check.requirements));
    return {
      id,
      name: id,
      version: '',
      requirements: [...requirements].toSorted(byNumber).map((requirement) => ({
        id: requirement,
        answers: 'settled',
        checks: own
          .filter(({ check }) => check.requirements.includes(requirement))
          .map((policy) => policy.id),
      })),
      notAssessable: [],
      policies: new Map(
        own.map(({ id: policyId, name, version, check: { severity } }) => [
          policyId,
          { id: policyId, title: name, severity, coverage: 'full', version },
        ]),
      ),
    };
  });
}

/** Requirement 2 comes before requirement 10. */
function byNumber(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
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
