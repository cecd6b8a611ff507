/** Rows of the operations table about compliance. */
import { z } from 'zod';
import { ComplianceFindingId } from '../ids.ts';
import { list, oneOf, oneOfTexts } from '../operation/listing.ts';
import { change, look } from '../operation/operation-shapes.ts';
import {
  CheckSeverity,
  ComplianceFinding,
  ComplianceReport,
  ComplianceStandard,
  ComplianceSummary,
  FindingState,
} from './compliance.ts';
import {
  ComplianceCorrection,
  ComplianceSettings,
  ComplianceSettingsUpdate,
} from './compliance-correction.ts';

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
    summary: 'Reports on one standard: its score, its requirements and its checks.',
    rest: { method: 'GET', path: '/compliance/report', status: 200 },
    input: z.strictObject({
      standard: ComplianceStandard.describe('Standard to report on, such as `pci-dss`'),
    }),
    output: ComplianceReport,
    problems: [],
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
