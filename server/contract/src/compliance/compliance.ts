/** Compliance: what checks find about live resources, and what that says about standards. */
import { z } from 'zod';
import { ComplianceFindingId } from '../ids.ts';
import { Timestamp } from '../schema/resource.ts';

/** Standards with a mapping of our own; no publisher has endorsed it. */
export const ComplianceStandard = z.enum(['cis', 'pci-dss', 'hipaa', 'soc2', 'gdpr', 'iso27001']);
export type ComplianceStandard = z.infer<typeof ComplianceStandard>;

/** Severities of checks. */
export const CheckSeverity = z.enum(['critical', 'high', 'medium', 'low']);
export type CheckSeverity = z.infer<typeof CheckSeverity>;

const score = z.number().nullable();

/** The state of one standard. */
export const ComplianceSummary = z.looseObject({
  standard: ComplianceStandard,
  name: z.string().describe('Name of the standard'),
  version: z.string().describe('Version of the standard'),
  compliance_score: score.describe(
    'Score, 0 to 100: passed checks by severity and data class; waived failures count as ' +
      'failures; null if no check has a verdict',
  ),
  score_with_accepted_risk: score.describe('The same with waived failures as passed'),
  capped_by: z.array(z.string()).describe('Critical checks that fail, which limit the score to 79'),
  evaluated_ratio: score.describe('Share of verdicts among subjects that a check applies to'),
  open_violations: z.int().describe('Number of failures without a waiver'),
  critical_violations: z.int().describe('Number of those that are critical'),
  requirements_settled: z.int().describe('Requirements that checks can decide'),
  requirements_evidence_only: z.int().describe('Requirements for which checks give evidence'),
  requirements_no_facts: z.int().describe('Requirements whose facts nothing reports'),
  requirements_not_assessable: z.int().describe('Requirements that no program can judge'),
  scanned_at: Timestamp.nullable().describe('Time of the last complete scan; null before it'),
});
export type ComplianceSummary = z.infer<typeof ComplianceSummary>;

/** What is known of a requirement. */
export const RequirementState = z.enum([
  'gap',
  'evidenced',
  'partly-evidenced',
  'unknown',
  'no-facts',
  'not-applicable',
  'not-assessable',
]);
export type RequirementState = z.infer<typeof RequirementState>;

const Requirement = z.looseObject({
  id: z.string().describe('Number of the requirement in the standard'),
  assessable: z
    .enum(['settled', 'evidence-only', 'no-facts', 'not-assessable'])
    .describe('How far the checks of this release can decide it'),
  state: RequirementState.describe(
    'State. `gap`: a check fails; `evidenced`: the checks pass and decide it within the ' +
      'platform; ' +
      '`partly-evidenced`: they pass, and people judge the rest; `unknown`: too many subjects ' +
      'without a verdict; `no-facts`: nothing reports the facts; `not-applicable`: the checks ' +
      'apply to nothing; `not-assessable`: no program can judge it',
  ),
  checks: z.array(z.string()).describe('Checks that give evidence'),
});

const Check = z.looseObject({
  id: z.string(),
  title: z.string(),
  severity: CheckSeverity,
  inherited: z
    .boolean()
    .describe(
      'Whether it is about nodes and servers that another tenant operates: they count as one ' +
        'subject, and only the first tenant sees their findings',
    ),
  passed: z.int().describe('Number of subjects that pass'),
  failed: z.int().describe('Number of subjects that fail'),
  waived: z.int().describe('Number of failures with a waiver'),
  unknown: z.int().describe('Number of subjects without a verdict: a fact is absent'),
  not_applicable: z.int().describe('Number of subjects that the check does not apply to'),
});

/** One standard with its requirements and checks. */
export const ComplianceReport = ComplianceSummary.extend({
  requirements: z.array(Requirement),
  checks: z.array(Check).describe('Checks of the standard that this release can evaluate'),
});
export type ComplianceReport = z.infer<typeof ComplianceReport>;

/** Whether a subject fails its check now. */
export const FindingState = z.enum(['open', 'resolved']);
export type FindingState = z.infer<typeof FindingState>;

/** A subject that fails a check. */
export const ComplianceFinding = z.looseObject({
  id: ComplianceFindingId,
  state: FindingState,
  check: z.string().describe('Id of the check, such as NC-NET-001'),
  title: z.string().describe('What the check asks for'),
  severity: CheckSeverity,
  subject_kind: z.string().describe('Kind of the subject, such as `vm`'),
  subject_id: z.string(),
  subject_name: z.string(),
  reason: z.string().describe('What is wrong'),
  evidence: z.record(z.string(), z.unknown()).describe('Facts that the verdict rests on'),
  regressions: z.int().describe('How often it failed again after it was resolved'),
  first_seen_at: Timestamp.describe('Time at which it failed for the first time'),
  opened_at: Timestamp.describe('Time at which it failed last after it had passed'),
  resolved_at: Timestamp.nullable(),
  resolved_by: z
    .string()
    .nullable()
    .describe('Principal of the last write to the subject before it was resolved, if known'),
});
export type ComplianceFinding = z.infer<typeof ComplianceFinding>;
