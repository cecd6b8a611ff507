/** Compliance: what checks find about live resources, and what that says about standards. */
import { z } from 'zod';
import { Deadline } from '../formats/read-moment.ts';
import { ComplianceAttestationId, ComplianceFindingId, PolicyWaiverId } from '../ids.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';
import { FindingCorrection } from './compliance-correction.ts';

/** Standards with a mapping of our own; no publisher has endorsed it. */
export const ComplianceStandard = z.enum(['cis', 'pci-dss', 'hipaa', 'soc2', 'gdpr', 'iso27001']);
export type ComplianceStandard = z.infer<typeof ComplianceStandard>;

/** Name of a standard: one of NovaCron's, or one that policies of the tenant name. */
export const StandardName = z
  .string()
  .max(64, { abort: true })
  .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens: pci-dss');

/** Severities of checks. */
export const CheckSeverity = z.enum(['critical', 'high', 'medium', 'low']);
export type CheckSeverity = z.infer<typeof CheckSeverity>;

const score = z.number().nullable();

/** The state of one standard. */
export const ComplianceSummary = z.looseObject({
  standard: StandardName,
  name: z.string().describe('Name of the standard'),
  version: z.string().describe('Version of the standard; empty for one of your own'),
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
  auto_remediated: z.int().describe('Findings that were corrected automatically'),
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

/** Longest time for which an attestation is valid. Unit: days. */
export const ATTESTATION_DAYS_MAX = 365;

const attested = {
  standard: StandardName.describe('Standard, such as `pci-dss`'),
  requirement: z
    .string()
    .max(64, { abort: true })
    .describe('Number of the requirement, as reports show it'),
  statement: z.string().min(1).max(2_000, { abort: true }).describe('What you attest'),
};

const reference = z.string().min(1).max(500, { abort: true });

/** Fields of a request to attest. */
export const ComplianceAttestationCreate = z.strictObject({
  ...attested,
  reference: reference.optional().describe('Where the proof is: an address, or a document number'),
  valid_until: Deadline.describe(
    `End: RFC 3339, or a duration from now: 90d; at most ${ATTESTATION_DAYS_MAX} days`,
  ),
});

/** A statement about a requirement, with an end. */
export const ComplianceAttestation = z.looseObject({
  id: ComplianceAttestationId,
  ...attested,
  reference: reference.nullable(),
  valid_until: Timestamp,
  created_at: Timestamp,
  created_by: PrincipalName.describe('Who attests'),
});
export type ComplianceAttestation = z.infer<typeof ComplianceAttestation>;

const ratio = z.number().nullable();

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
  attestations: z.array(ComplianceAttestation).describe('What people attest, valid at the end'),
  passed_time_ratio: ratio.describe(
    'Share of the time in which the subjects of its checks passed; null without any',
  ),
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
  passed_time_ratio: ratio.describe('Share of the time in which its subjects passed'),
});

const Period = z.looseObject({ from: Timestamp, to: Timestamp });

const hours = z.number().nullable();

const Segment = z.looseObject({
  scope: z.string().describe('Digest of the subjects, their checks and their data classes'),
  catalogue: z.string().describe('Digest of the checks and standards of the release'),
  points: z.array(
    z.looseObject({
      day: z.string().describe('Day in UTC, such as 2026-11-30'),
      compliance_score: score,
      score_with_accepted_risk: score,
      evaluated_ratio: score,
      open_violations: z.int(),
    }),
  ),
});

/** Where the end of the evidence was sent last. */
const Anchor = z.looseObject({
  at: Timestamp,
  position: z.int().describe('Position of the last record of evidence then'),
  hash: z.string().describe('Its hash'),
  channel: z.string().describe('Notification channel that delivered it'),
});

/** One standard with its requirements and checks, over a period. */
export const ComplianceReport = ComplianceSummary.extend({
  requirements: z.array(Requirement),
  checks: z.array(Check).describe('Checks of the standard that this release can evaluate'),
  period: Period.extend({
    sampled_ratio: z.number().describe('Share of the period with scans'),
    gaps: z
      .array(Period)
      .describe('Times without scans; what was the case then is not known and counts nowhere'),
    fixed: z.int().describe('Failures that were fixed in the period'),
    hours_to_fix: z
      .looseObject({ critical: hours, high: hours, medium: hours, low: hours })
      .describe('Mean time from a failure to its fix by severity; null if nothing was fixed'),
  }),
  segments: z
    .array(Segment)
    .describe('Daily scores; scores of different segments cannot be compared'),
  anchor: Anchor.nullable().describe('null: evidence is not anchored outside of NovaCron'),
});
export type ComplianceReport = z.infer<typeof ComplianceReport>;

/** Most results of a comparison in one answer, in each direction. */
export const DIFF_CHANGES_MAX = 1_000;

const ResultChange = z.looseObject({
  check: z.string(),
  title: z.string(),
  severity: CheckSeverity,
  subject_kind: z.string(),
  subject_id: z.string(),
  subject_name: z.string(),
  before: z.string().nullable().describe('null: the check did not apply, or there was no subject'),
  after: z.string().nullable(),
  at: Timestamp.describe('Time of the later result'),
});

/** What got worse, what got better, and what had no verdict before. */
export const ComplianceDiff = Period.extend({
  worse: z.array(ResultChange),
  better: z.array(ResultChange),
  newly_known: z.array(ResultChange).describe('Verdicts where there was none before'),
  omitted: z.int().describe(`Further results: each list has at most ${DIFF_CHANGES_MAX}`),
});
export type ComplianceDiff = z.infer<typeof ComplianceDiff>;

/** Whether a subject fails its check now; `waived`: it does, and people accept that. */
export const FindingState = z.enum(['open', 'waived', 'resolved']);
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
  waiver_id: PolicyWaiverId.nullable().describe('Waiver of the finding while it is `waived`'),
  correction: FindingCorrection.nullable().describe('Its last correction'),
  resolved_by: z
    .string()
    .nullable()
    .describe('Principal of the last write to the subject before it was resolved, if known'),
});
export type ComplianceFinding = z.infer<typeof ComplianceFinding>;
