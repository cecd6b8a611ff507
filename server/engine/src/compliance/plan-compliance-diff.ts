/** Compares the results of two moments. See README.md. */
import type { ResultState } from '@novacron/contract/compliance/evidence';
import type { ComplianceDiff, ResultChange, ResultInterval } from './model/history.ts';

type Standing = 'passed' | 'failed' | 'unknown';

/** What does not apply has no standing. */
const STANDINGS: Readonly<Partial<Record<ResultState, Standing>>> = {
  pass: 'passed',
  'not-evaluated': 'unknown',
  error: 'unknown',
  fail: 'failed',
};

/**
 * Compares what was the case at two moments. A subject that is new counts as if it had passed
 * before; one that is gone, or out of the scope of a check, has neither become better nor worse. A
 * lost verdict is worse. Without a verdict before, a failure is not worse: it is newly known.
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
  const only = (direction: keyof ComplianceDiff): readonly ResultChange[] =>
    changes.filter((change) => directionOf(change) === direction);
  return { worse: only('worse'), better: only('better'), newlyKnown: only('newlyKnown') };
}

function resultsAt(
  intervals: readonly ResultInterval[],
  atMs: number,
): ReadonlyMap<string, ResultInterval> {
  return new Map(
    intervals
      .filter(({ state, fromMs, untilMs }) => {
        const isThen = fromMs <= atMs && (untilMs === null || untilMs > atMs);
        return isThen && STANDINGS[state] !== undefined;
      })
      .map((interval) => [`${interval.checkId}/${interval.subjectId}`, interval]),
  );
}

function directionOf({ before, after }: ResultChange): keyof ComplianceDiff | undefined {
  const [was, is] = [standingOf(before), standingOf(after)];
  if (was === is) return undefined;
  if (was === 'unknown') return 'newlyKnown';
  return is === 'passed' ? 'better' : 'worse';
}

function standingOf(state: ResultState | null): Standing {
  return (state === null ? undefined : STANDINGS[state]) ?? 'passed';
}
