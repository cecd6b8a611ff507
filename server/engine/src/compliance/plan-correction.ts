/** Plans the correction of a finding. See README.md. */
import { VM_CORRECTIONS, VOLUME_CORRECTIONS } from './corrections/corrections.ts';
import type {
  CorrectedSubject,
  Correction,
  CorrectionPlan,
  RelatedLabels,
} from './model/correction.ts';
import type { SubjectFacts } from './model/facts.ts';

/**
 * Plans what makes a subject pass a check.
 * @param related - labels of the resources that the subject names
 * @returns undefined if the check has no correction for this kind, or the facts do not say which
 */
export function planCorrection(
  checkId: string,
  subject: CorrectedSubject,
  related: RelatedLabels,
): CorrectionPlan | undefined {
  switch (subject.kind) {
    case 'vm': {
      const correction = VM_CORRECTIONS.find((each) => each.checkId === checkId);
      return correction && planOf(correction, subject, related);
    }
    case 'volume': {
      const correction = VOLUME_CORRECTIONS.find((each) => each.checkId === checkId);
      return correction && planOf(correction, subject, related);
    }
  }
}

function planOf<K extends CorrectedSubject['kind']>(
  { class: own, field, chooseValue }: Correction<K>,
  { kind, facts }: { readonly kind: K; readonly facts: SubjectFacts[K] },
  related: RelatedLabels,
): CorrectionPlan | undefined {
  const is = chooseValue(facts, related);
  if (is === undefined) return undefined;
  const before = new Map(Object.entries(facts));
  return { class: own, operation: `${kind}.update`, field, was: before.get(field) ?? null, is };
}

/** Checks whose corrections may be made automatically. */
export function explainAutomaticChecks(): readonly string[] {
  const all = [...VM_CORRECTIONS, ...VOLUME_CORRECTIONS];
  return [...new Set(all.filter((each) => each.class === 'auto').map(({ checkId }) => checkId))];
}
