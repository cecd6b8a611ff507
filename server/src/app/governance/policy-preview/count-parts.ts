/** Counts what a part of a preview has judged, and what it has not. */
import type {
  PolicyPreview,
  PreviewSource,
  PreviewUnjudged,
  UnjudgedReason,
} from '@novacron/contract/kinds/policy/policy-preview';
import type { JudgedPage } from './judge-subjects.ts';
import type { PreviewPage } from './preview-page.ts';

/** Reasons why a subject that was read was not judged. */
const DETAILS: Readonly<Record<UnjudgedReason, string>> = {
  access_policy: 'Policies of type access evaluate callers, and a stored resource has no caller.',
  input_not_kept:
    'Only a share of allowed decisions is recorded with its input: see decision-input-ratio.',
  masked_values: 'The policy reads values that were masked when the decision was recorded.',
  unknown_values: 'The policy reads values that are unknown in the plan.',
  no_answer: 'A policy was too slow, or could not be evaluated now.',
  unreadable: 'Their rows in the store are damaged.',
  not_permitted: 'You may not read them.',
};

/** The counts of a part. */
export interface PartCounts {
  readonly add: (source: PreviewSource, page: PreviewPage, judged: JudgedPage) => void;
  readonly result: () => Pick<PolicyPreview, 'judged' | 'unjudged'>;
}

/** Begins to count. */
export function countParts(): PartCounts {
  const judged = new Map<string, PolicyPreview['judged'][number]>();
  const unjudged = new Map<string, PreviewUnjudged>();

  function addJudged(source: PreviewSource, kind: string): void {
    const key = `${source} ${kind}`;
    const { count } = judged.get(key) ?? { count: 0 };
    judged.set(key, { source, resource_kind: kind, count: count + 1 });
  }

  function addUnjudged(found: PreviewUnjudged): void {
    const key = `${found.source} ${found.reason} ${found.detail}`;
    const known = unjudged.get(key)?.count ?? 0;
    const count = found.count === null ? null : found.count + known;
    unjudged.set(key, { ...found, count });
  }

  return {
    add: (source, page, { kinds, unjudged: reasons }) => {
      for (const kind of kinds) addJudged(source, kind);
      for (const reason of reasons) {
        addUnjudged({ source, reason, count: 1, detail: DETAILS[reason] });
      }
      for (const found of page.unjudged) addUnjudged(found);
    },
    result: () => ({ judged: [...judged.values()], unjudged: [...unjudged.values()] }),
  };
}
