/** Results over time. */
import type { CheckSeverity } from '@novacron/contract/compliance/compliance';
import type { ResultState } from '@novacron/contract/compliance/evidence';

/** A result of a check for a subject, from a moment to the next result. */
export interface ResultInterval {
  readonly checkId: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly subjectName: string;
  readonly state: ResultState;
  readonly fromMs: number;
  /** Null: until now. */
  readonly untilMs: number | null;
}

/** A time, its end not included. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Time of results while scans ran. */
export interface ResultTimes {
  readonly passedMs: number;
  readonly allMs: number;
}

/** A standard over a period. */
export interface PeriodReport {
  /** Times without scans; what was the case then is not known. */
  readonly gaps: readonly Span[];
  /** Share of the period with scans, 0 to 1. */
  readonly sampledRatio: number;
  /** Time of subjects in a check, added up, by check. */
  readonly times: ReadonlyMap<string, ResultTimes>;
  /** Failures that were fixed in the period. */
  readonly fixed: number;
  /** Mean time from a failure to its fix; null if nothing was fixed. Unit: hours. */
  readonly hoursToFix: Readonly<Record<CheckSeverity, number | null>>;
}

/** The score of a standard on a day. */
export interface ScorePoint {
  readonly standard: string;
  /** In UTC, such as `2026-11-30`. */
  readonly day: string;
  readonly scope: string;
  readonly catalogue: string;
  readonly score: number | null;
  readonly scoreWithAcceptedRisk: number | null;
  readonly evaluatedRatio: number | null;
  readonly openFailures: number;
}

/** Days with the same scope and catalogue, whose scores can be compared. */
export interface ScoreSegment {
  readonly scope: string;
  readonly catalogue: string;
  readonly points: readonly ScorePoint[];
}

/** A subject whose result differs between two moments. */
export interface ResultChange {
  readonly checkId: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly subjectName: string;
  /** Null: the check did not apply, or the subject did not exist. */
  readonly before: ResultState | null;
  readonly after: ResultState | null;
  /** Time of the result at the later moment. */
  readonly atMs: number;
}

/** What got worse, what got better, and what had no verdict before. */
export interface ComplianceDiff {
  readonly worse: readonly ResultChange[];
  readonly better: readonly ResultChange[];
  readonly newlyKnown: readonly ResultChange[];
}
