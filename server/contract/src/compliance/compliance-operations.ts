/** Rows of the operations table about compliance. */
import { z } from 'zod';
import { Moment } from '../formats/read-moment.ts';
import { ComplianceAttestationId, ComplianceFindingId, NotificationChannelId } from '../ids.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { change, LIST_LIMIT_MAX, look } from '../operation/operation-shapes.ts';
import { Timestamp } from '../schema/resource.ts';
import {
  CheckSeverity,
  ComplianceAttestation,
  ComplianceAttestationCreate,
  ComplianceDiff,
  ComplianceFinding,
  ComplianceReport,
  ComplianceSummary,
  FindingState,
  StandardName,
} from './compliance.ts';
import {
  ComplianceCorrection,
  ComplianceSettings,
  ComplianceSettingsUpdate,
} from './compliance-correction.ts';
import { EvidenceRecord, SignedRoot } from './evidence.ts';

const standard = StandardName.describe(
  'Standard: cis, pci-dss, hipaa, soc2, gdpr, iso27001, or one that your policies name',
);

const period = {
  from: Moment.optional().describe(
    'Start: RFC 3339, or a duration before now: 30d. Default: 90 days before the end',
  ),
  to: Moment.optional().describe('End, not included. Default: now'),
} as const;

/** The rows by name. */
export const complianceOperations = {
  'compliance.status': {
    ...look,
    summary: 'Shows the score of the tenant for each standard.',
    rest: { method: 'GET', path: '/compliance', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({ standards: z.array(ComplianceSummary) }),
    problems: [],
  },
  'compliance.report': {
    ...look,
    summary: 'Reports on one standard over a period: scores, requirements and checks.',
    rest: { method: 'GET', path: '/compliance/report', status: 200 },
    input: z.strictObject({ standard, ...period }),
    output: ComplianceReport,
    problems: [],
  },
  'compliance.diff': {
    ...look,
    summary: 'Compares two moments: which results got worse, better, or are newly known.',
    rest: { method: 'GET', path: '/compliance/diff', status: 200 },
    input: z.strictObject({
      standard: standard.optional().describe('Only checks of this standard'),
      ...period,
    }),
    output: ComplianceDiff,
    problems: [],
  },
  'compliance.scan': {
    effect: 'write',
    role: 'operator',
    idempotency: 'natural',
    summary: 'Requests a complete scan now; `compliance.status` says when it has ended.',
    rest: { method: 'POST', path: '/compliance/scans', status: 202 },
    input: z.strictObject({}),
    output: z.looseObject({ requested_at: Timestamp }),
    problems: [],
  },
  'compliance.evidence': {
    ...look,
    role: 'admin',
    summary: 'Lists the evidence of a standard in a period, and signs the end of the last page.',
    rest: { method: 'GET', path: '/compliance/evidence', status: 200 },
    input: z.strictObject({
      standard,
      ...period,
      after: z.int().min(0).default(0).describe('Position of the last record of the page before'),
      limit: z.int().min(1).max(LIST_LIMIT_MAX).default(100).describe('Page size'),
    }),
    output: z.looseObject({
      from: Timestamp,
      to: Timestamp,
      records: z.array(EvidenceRecord),
      next: z.int().nullable().describe('`after` of the next page; null on the last one'),
      signed: SignedRoot.nullable().describe('Signed end of the evidence; null before the end'),
    }),
    problems: ['conflict'],
  },
  'compliance.anchor': {
    effect: 'write',
    role: 'admin',
    idempotency: 'none',
    feature: 'notifications',
    summary: 'Sends the end of the evidence through a notification channel, outside of NovaCron.',
    rest: { method: 'POST', path: '/compliance/anchors', status: 201 },
    input: z.strictObject({
      channel_id: NotificationChannelId.describe('Notification channel that delivers it'),
    }),
    output: z.looseObject({ at: Timestamp, position: z.int(), hash: z.string() }),
    problems: ['not-found', 'operation-failed', 'feature-disabled', 'conflict'],
  },
  'compliance_attestation.create': {
    ...change,
    role: 'admin',
    summary: 'Attests a requirement that people judge; reports show it beside the requirement.',
    rest: { method: 'POST', path: '/compliance-attestations', status: 201 },
    input: ComplianceAttestationCreate,
    output: z.looseObject({ resource: ComplianceAttestation }),
    problems: ['policy-denied', 'storage-full'],
  },
  'compliance_attestation.list': {
    ...look,
    summary: 'Lists attestations.',
    rest: { method: 'GET', path: '/compliance-attestations', status: 200 },
    ...list(ComplianceAttestation, {
      filters: { standard: oneOfTexts('Only those of one of these standards: pci-dss') },
      sort: ['created_at'],
      search: ['requirement', 'statement'],
      time: 'created_at',
    }),
    problems: [],
  },
  'compliance_attestation.delete': {
    ...change,
    role: 'admin',
    summary: 'Withdraws an attestation.',
    rest: { method: 'DELETE', path: '/compliance-attestations/{id}', status: 200 },
    input: z.strictObject({ id: ComplianceAttestationId }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied'],
  },
  'compliance_finding.get': {
    ...look,
    summary: 'Shows a finding: a subject that fails a check.',
    rest: { method: 'GET', path: '/compliance-findings/{id}', status: 200 },
    input: z.strictObject({ id: ComplianceFindingId }),
    output: ComplianceFinding,
    problems: ['not-found'],
  },
  'compliance_finding.list': {
    ...look,
    summary: 'Lists findings: subjects that fail checks.',
    rest: { method: 'GET', path: '/compliance-findings', status: 200 },
    ...list(ComplianceFinding, {
      filters: {
        state: FindingState.optional().describe('Only those in this state'),
        severity: oneOf(CheckSeverity, 'Only those of one of these severities'),
        check: oneOfTexts('Only those of one of these checks: NC-NET-001'),
        subject_id: z.string().max(64).optional().describe('Only those of this subject'),
      },
      sort: ['id'],
      search: ['subject_name'],
      time: 'opened_at',
    }),
    problems: [],
  },
  'compliance_finding.correct': {
    ...change,
    applies: 'nothing',
    summary:
      'Corrects what a finding is about: changes one field, judges it again, and undoes the ' +
      'change if the check still fails; or shows the plan.',
    rest: { method: 'POST', path: '/compliance-findings/{id}/correct', status: 202 },
    input: z.strictObject({
      id: ComplianceFindingId,
      dry_run: z.boolean().default(false).describe('Shows the change without making it'),
    }),
    output: z.looseObject({ resource: ComplianceCorrection }),
    problems: ['not-found', 'policy-denied', 'conflict'],
  },
  'compliance_settings.get': {
    ...look,
    summary: 'Shows the compliance settings of the tenant.',
    rest: { method: 'GET', path: '/compliance-settings', status: 200 },
    input: z.strictObject({}),
    output: ComplianceSettings,
    problems: [],
  },
  'compliance_settings.update': {
    ...change,
    role: 'admin',
    summary: 'Updates the compliance settings of the tenant.',
    rest: { method: 'PATCH', path: '/compliance-settings', status: 200 },
    input: ComplianceSettingsUpdate,
    output: z.looseObject({ resource: ComplianceSettings }),
    problems: ['policy-denied'],
  },
} as const;
