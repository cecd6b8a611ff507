/** Compares the results of two moments. See README.md. */
import type { ResultState } from '@novacron/contract/compliance/evidence';
import type { ComplianceDiff, ResultChange, ResultInterval } from './model/history.ts';

/** From good to bad; what does not apply is neither. */
const RANKS: Readonly<Partial<Record<ResultState, number>>> = {
  pass: 0,
  'not-evaluated': 1,
  error: 1,
  fail: 2,
};

/**
 * Compares what was the case at two moments. A subject that is new counts as if it had passed
 * before; one that is gone, or out of the scope of a check, has neither become better nor worse.
 * @param intervals - the earliest first
 */
export function planComplianceDiff(
  intervals: readonly ResultInterval[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): ComplianceDiff {
  const before = resultsAt(intervals, fromMs);
  const after = resultsAt(intervals, toMs);
  const changes = [...after].map(([key, now]): ResultChange => {
    const { checkId, subjectKind, subjectId, subjectName, state, fromMs: atMs } = now;
    const was = before.get(key)?.state ?? null;
    return { checkId, subjectKind, subjectId, subjectName, before: was, after: state, atMs };
  });
  return {
    worse: changes.filter((change) => rankOf(change.after) > rankOf(change.before)),
    better: changes.filter((change) => rankOf(change.after) < rankOf(change.before)),
  };
}

function resultsAt(
  intervals: readonly ResultInterval[],
  atMs: number,
): ReadonlyMap<string, ResultInterval> {
  return new Map(
    intervals
      .filter(({ state, fromMs, untilMs }) => {
        const isThen = fromMs <= atMs && (untilMs === null || untilMs > atMs);
        return isThen && RANKS[state] !== undefined;
      })
      .map((interval) => [`${interval.checkId}/${interval.subjectId}`, interval]),
  );
}

function rankOf(state: ResultState | null): number {
  return (state === null ? undefined : RANKS[state]) ?? 0;
}
