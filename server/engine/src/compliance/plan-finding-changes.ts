/** Plans what a scan changes about the known findings. See README.md. */
import type { CheckResult } from './model/check.ts';

/** A finding before the scan. */
export interface KnownFinding {
  readonly id: string;
  readonly checkId: string;
  readonly subjectId: string;
  readonly subjectName: string;
  readonly state: 'open' | 'waived' | 'resolved';
  readonly reason: string;
  readonly waiverId: string | null;
}

/** A result, with the waiver that covers it. */
export interface FoundResult {
  readonly result: CheckResult;
  readonly waiverId: string | undefined;
}

/** The transition of one finding; `waives`, too, may be about one that was not known. */
export type FindingChange =
  | { readonly kind: 'opens'; readonly result: CheckResult }
  | {
      readonly kind: 'reopens' | 'changes';
      readonly id: string;
      readonly result: CheckResult;
    }
  | {
      readonly kind: 'waives';
      readonly id: string | undefined;
      readonly result: CheckResult;
      readonly waiverId: string;
    }
  | { readonly kind: 'resolves'; readonly id: string };

/**
 * Compares results with the known findings of the same subjects. Without a verdict a finding stays
 * as it is: absent facts resolve nothing. A subject without any result is gone. A waived finding
 * without a waiver is open again.
 */
export function planFindingChanges(
  known: readonly KnownFinding[],
  found: readonly FoundResult[],
): readonly FindingChange[] {
  const before = new Map(known.map((finding) => [keyOf(finding), finding]));
  const after = new Map(found.map(({ result }) => [keyOf(result), result]));
  const failed = found
    .filter(({ result }) => result.state === 'fail')
    .flatMap((each) => planFailure(before.get(keyOf(each.result)), each));
  const gone = known.filter((finding) => {
    if (finding.state === 'resolved') return false;
    const state = after.get(keyOf(finding))?.state;
    return state === undefined || state === 'pass' || state === 'not-applicable';
  });
  return [...failed, ...gone.map(({ id }): FindingChange => ({ kind: 'resolves', id }))];
}

function planFailure(
  finding: KnownFinding | undefined,
  { result, waiverId }: FoundResult,
): readonly FindingChange[] {
  const isSame =
    finding !== undefined &&
    finding.state === (waiverId === undefined ? 'open' : 'waived') &&
    finding.waiverId === (waiverId ?? null);
  if (isSame) {
    const { id, reason, subjectName } = finding;
    const isShown = reason === result.reason && subjectName === result.subjectName;
    return isShown ? [] : [{ kind: 'changes', id, result }];
  }
  if (waiverId !== undefined) return [{ kind: 'waives', id: finding?.id, result, waiverId }];
  return finding === undefined
    ? [{ kind: 'opens', result }]
    : [{ kind: 'reopens', id: finding.id, result }];
}

function keyOf({ checkId, subjectId }: Pick<KnownFinding, 'checkId' | 'subjectId'>): string {
  return `${checkId}/${subjectId}`;
}
