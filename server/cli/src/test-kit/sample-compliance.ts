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
  scanned_at: AT,
} as const;

/** Answers about compliance. */
export const COMPLIANCE_ANSWERS = {
  'compliance.status': { standards: [SUMMARY] },
  'compliance.report': {
    ...SUMMARY,
    requirements: [
      {
        id: '1.4.1',
        assessable: 'evidence-only',
        state: 'gap',
        checks: ['NC-NET-001'],
        passed_time_ratio: 0.75,
      },
      {
        id: '12.1.1',
        assessable: 'not-assessable',
        state: 'not-assessable',
        checks: [],
        passed_time_ratio: null,
      },
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
        passed_time_ratio: 0.75,
      },
    ],
    period: {
      from: '2025-10-04T03:04:05.000Z',
      to: AT,
      sampled_ratio: 0.99,
      gaps: [{ from: '2025-12-24T10:00:00.000Z', to: '2025-12-25T08:00:00.000Z' }],
      fixed: 3,
      hours_to_fix: { critical: 1.5, high: 20, medium: null, low: null },
    },
    segments: [
      {
        scope: 'a3',
        catalogue: 'b4',
        points: [
          {
            day: '2026-01-01',
            compliance_score: 52.1,
            score_with_accepted_risk: 52.1,
            evaluated_ratio: 0.97,
            open_violations: 11,
          },
        ],
      },
      {
        scope: 'a5',
        catalogue: 'b4',
        points: [
          {
            day: '2026-01-02',
            compliance_score: 54.8,
            score_with_accepted_risk: 54.8,
            evaluated_ratio: 0.97,
            open_violations: 10,
          },
        ],
      },
    ],
    anchor: null,
  },
  'compliance.diff': {
    from: '2025-12-26T03:04:05.000Z',
    to: AT,
    worse: [
      {
        check: 'NC-NET-001',
        title: 'No administration port is open to the Internet',
        severity: 'critical',
        subject_kind: 'security_group',
        subject_id: sampleId('sg'),
        subject_name: 'ssh',
        before: null,
        after: 'fail',
        at: AT,
      },
    ],
    better: [],
    omitted: 0,
  },
  'compliance.scan': { requested_at: AT },
  'compliance.evidence': {
    from: '2025-10-04T03:04:05.000Z',
    to: AT,
    records: [
      {
        position: 1,
        check: 'NC-NET-001',
        subject_kind: 'security_group',
        subject_id: sampleId('sg'),
        subject_name: 'ssh',
        subject_revision: 1,
        state: 'fail',
        reason: 'the ingress rule tcp 22 from 0.0.0.0/0 opens port 22-23 to the Internet',
        facts: { rules: 1 },
        at: AT,
        catalogue: 'b4',
        build: '0.1.0',
        previous: '0'.repeat(64),
        hash: 'a3'.repeat(32),
      },
    ],
    next: null,
    signed: {
      root: {
        tenant: sampleId('tnt'),
        standard: 'pci-dss',
        from: '2025-10-04T03:04:05.000Z',
        to: AT,
        records: 1,
        digest: 'b4'.repeat(32),
        head_position: 1,
        head_hash: 'a3'.repeat(32),
        made_at: AT,
        build: '0.1.0',
      },
      key_id: sampleId('psk'),
      public_key: `ed25519:${'A'.repeat(43)}`,
      signature: 'AAAA',
    },
  },
  'compliance.anchor': { at: AT, position: 4711, hash: 'a3'.repeat(32) },
} as const;
