/** Plans what a scan changes about the known findings. See README.md. */
import type { CheckResult } from './model/check.ts';

/** A finding before the scan. */
export interface KnownFinding {
  readonly id: string;
  readonly checkId: string;
  readonly subjectId: string;
  readonly state: 'open' | 'resolved';
  readonly reason: string;
}

/** The transition of one finding. */
export type FindingChange =
  | { readonly kind: 'opens'; readonly result: CheckResult }
  | {
      readonly kind: 'reopens' | 'changes';
      readonly id: string;
      readonly result: CheckResult;
    }
  | { readonly kind: 'resolves'; readonly id: string };

/**
 * Compares results with the known findings of the same subjects. Without a verdict a finding stays
 * as it is: absent facts resolve nothing. A subject without any result is gone.
 */
export function planFindingChanges(
  known: readonly KnownFinding[],
  results: readonly CheckResult[],
): readonly FindingChange[] {
  const before = new Map(known.map((finding) => [keyOf(finding), finding]));
  const after = new Map(results.map((result) => [keyOf(result), result]));
  const found = results
    .filter(({ state }) => state === 'fail')
    .flatMap((result): readonly FindingChange[] => {
      const finding = before.get(keyOf(result));
      if (finding === undefined) return [{ kind: 'opens', result }];
      const { id, state, reason } = finding;
      if (state === 'resolved') return [{ kind: 'reopens', id, result }];
      return reason === result.reason ? [] : [{ kind: 'changes', id, result }];
    });
  const gone = known.filter((finding) => {
    if (finding.state === 'resolved') return false;
    const state = after.get(keyOf(finding))?.state;
    return state === undefined || state === 'pass' || state === 'not-applicable';
  });
  return [...found, ...gone.map(({ id }): FindingChange => ({ kind: 'resolves', id }))];
}

function keyOf({ checkId, subjectId }: Pick<KnownFinding, 'checkId' | 'subjectId'>): string {
  return `${checkId}/${subjectId}`;
}
