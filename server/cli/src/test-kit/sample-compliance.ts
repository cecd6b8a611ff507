import { AT } from './sample-base.ts';

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
  scanned_at: AT,
} as const;

/** Answers about compliance. */
export const COMPLIANCE_ANSWERS = {
  'compliance.status': { standards: [SUMMARY] },
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
        inherited: false,
        passed: 3,
        failed: 1,
        waived: 0,
        unknown: 0,
        not_applicable: 2,
      },
    ],
  },
} as const;
