import type {
  ComplianceAnchorRow,
  ComplianceAttestationRow,
  ComplianceEvidenceRow,
  ComplianceFindingRow,
  CompliancePointRow,
  ComplianceSampleRow,
  ComplianceScanRow,
} from '../../../ports/tables/policy/compliance-rows.ts';

const FINDING: ComplianceFindingRow = {
  id: 'cfnd_a',
  tenant_id: 'tnt_a',
  state: 'open',
  check_id: 'NC-NET-001',
  severity: 'critical',
  subject_kind: 'vm',
  subject_id: 'vm_a',
  subject_name: 'web',
  verdict_json: '{"reason":"r","evidence":{}}',
  regressions: 0,
  first_seen_at_ms: 1,
  opened_at_ms: 1,
  resolved_at_ms: null,
  waiver_id: null,
  correction_json: null,
  auto_corrected_at_ms: null,
  resolved_by: null,
};

const SCAN: ComplianceScanRow = { id: 'tnt_a', tallies_json: '[]', scanned_at_ms: 1 };

const EVIDENCE: ComplianceEvidenceRow = {
  id: 'tnt_a.1',
  tenant_id: 'tnt_a',
  position: 1,
  check_id: 'NC-NET-001',
  subject_kind: 'vm',
  subject_id: 'vm_a',
  subject_name: 'web',
  subject_revision: 1,
  state: 'pass',
  verdict_json: '{"reason":"","evidence":{}}',
  catalogue: 'c',
  build: '1.0.0',
  at_ms: 1,
  until_ms: null,
  previous: 'p',
  hash: 'h',
};

const SAMPLE: ComplianceSampleRow = { id: 'tnt_a.1', tenant_id: 'tnt_a', from_ms: 1, to_ms: 2 };

const POINT: CompliancePointRow = {
  id: 'tnt_a.cis.2026-11-30',
  tenant_id: 'tnt_a',
  standard: 'cis',
  day: '2026-11-30',
  scope: 's',
  catalogue: 'c',
  point_json: '{}',
  at_ms: 1,
};

const ANCHOR: ComplianceAnchorRow = {
  id: 'tnt_a',
  at_ms: 1,
  position: 1,
  hash: 'h',
  channel: 'journal',
};

const ATTESTATION: ComplianceAttestationRow = {
  id: 'catt_a',
  tenant_id: 'tnt_a',
  standard: 'cis',
  requirement: '1.1',
  statement: 'It is so.',
  reference: null,
  valid_until_ms: 2,
  created_at_ms: 1,
  created_by: 'ann',
};

/** Rows of the tables of compliance. */
export const COMPLIANCE_ROWS = {
  compliance_findings: FINDING,
  compliance_scans: SCAN,
  compliance_evidence: EVIDENCE,
  compliance_samples: SAMPLE,
  compliance_points: POINT,
  compliance_anchors: ANCHOR,
  compliance_attestations: ATTESTATION,
};
