import { AT, sampleId } from './sample-base.ts';

const SUMMARY = {
  standard: 'pci-dss',
  name: 'PCI DSS',
  version: '4.0.1',
  compliance_score: 54.8,
  score_with_accepted_risk: 54.8,
  capped_by: ['NC-NET-001'],
  evaluated_ratio: 0.97,
  open_violations: 10,
  critical_violations: 1,
  requirements_settled: 2,
  requirements_evidence_only: 42,
  requirements_no_facts: 95,
  requirements_not_assessable: 141,
  auto_remediated: 2,
  scanned_at: AT,
} as const;

const SETTINGS = { auto_remediate: ['NC-VM-017'], auto_per_hour_max: 10 } as const;

/** Answers about compliance. */
export const COMPLIANCE_ANSWERS = {
  'compliance.status': { standards: [SUMMARY] },
  'compliance_settings.get': SETTINGS,
  'compliance_settings.update': { resource: SETTINGS },
  'compliance_finding.correct': {
    resource: {
      finding_id: sampleId('cfnd'),
      check: 'NC-VM-017',
      subject_kind: 'vm',
      subject_id: sampleId('vm'),
      subject_name: 'web-server-01',
      class: 'auto',
      outcome: 'planned',
      field: 'deletion_protection',
      was: false,
      is: true,
      hcl: [],
      operation: null,
      problem: null,
    },
  },
  'compliance.report': {
    ...SUMMARY,
    requirements: [
      { id: '1.4.1', assessable: 'evidence-only', state: 'gap', checks: ['NC-NET-001'] },
      { id: '12.1.1', assessable: 'not-assessable', state: 'not-assessable', checks: [] },
    ],
    checks: [
      {
        id: 'NC-NET-001',
        title: 'No administration port is open to the Internet',
        severity: 'critical',
        passed: 3,
        failed: 1,
        waived: 0,
        unknown: 0,
        not_applicable: 2,
      },
    ],
  },
} as const;
