import type {
  ComplianceFindingRow,
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
  resolved_by: null,
};

const SCAN: ComplianceScanRow = { id: 'tnt_a', tallies_json: '[]', scanned_at_ms: 1 };

/** Rows of the tables of compliance. */
export const COMPLIANCE_ROWS = { compliance_findings: FINDING, compliance_scans: SCAN };
