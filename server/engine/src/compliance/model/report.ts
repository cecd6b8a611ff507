/** What a standard looks like after a scan. */
import type { CheckSeverity } from '@novacron/contract/compliance/compliance';

/** Results of one check over all subjects. */
export interface CheckTally {
  readonly passed: number;
  readonly failed: number;
  /** Failures that a waiver covers. */
  readonly waived: number;
  /** Subjects without a verdict: facts are absent, or the check failed. */
  readonly unknown: number;
  readonly notApplicable: number;
  /** Weight of the subjects that passed. */
  readonly passedWeight: number;
  readonly waivedWeight: number;
  /** Weight of all subjects that the check applies to. */
  readonly weight: number;
}

/**
 * What is known of a requirement. `gap`: a check fails; `evidenced`: its checks pass, and decide
 * it within the platform; `partly-evidenced`: they pass, and people judge the rest; `unknown`: too
 * many subjects without a verdict; `no-facts`: nothing reports the facts of its checks;
 * `not-applicable`: its checks apply to nothing; `not-assessable`: no program can judge it.
 */
export type RequirementState =
  | 'gap'
  | 'evidenced'
  | 'partly-evidenced'
  | 'unknown'
  | 'no-facts'
  | 'not-applicable'
  | 'not-assessable';

/** One requirement in a report. */
export interface RequirementReport {
  readonly id: string;
  /** How far checks can decide it with the facts of this release. */
  readonly assessable: 'settled' | 'evidence-only' | 'no-facts' | 'not-assessable';
  readonly state: RequirementState;
  readonly checks: readonly string[];
}

/** A report of one standard. */
export interface ComplianceReport {
  /** 0 to 100; null where no check has a verdict. Waived failures count as failures. */
  readonly score: number | null;
  /** The same with waived failures as passed. */
  readonly scoreWithAcceptedRisk: number | null;
  /** What limits the score to at most 79: an open critical failure. */
  readonly cappedBy: readonly string[];
  /** Share of subjects with a verdict, 0 to 1; null without subjects. */
  readonly evaluatedRatio: number | null;
  readonly failures: Readonly<Record<CheckSeverity, number>>;
  readonly requirements: readonly RequirementReport[];
}
