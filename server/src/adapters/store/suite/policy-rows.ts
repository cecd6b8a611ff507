import type {
  PolicyDataRow,
  PolicyDataVersionRow,
} from '../../../ports/tables/policy/policy-data-rows.ts';
import type { PolicyDecisionRow } from '../../../ports/tables/policy/policy-decision-row.ts';
import type {
  PolicyAuthorRow,
  PolicySigningKeyRow,
} from '../../../ports/tables/policy/policy-signing-rows.ts';
import type {
  PolicyViolationRow,
  PolicyWaiverRow,
} from '../../../ports/tables/policy/policy-violation-rows.ts';

/** A row of `policy_decisions` with a value in every column. */
export const POLICY_DECISION_ROW: PolicyDecisionRow = {
  id: 'pdec_a',
  tenant_id: 'tnt_a',
  at_ms: 1,
  allowed: 1,
  resource_id: '',
  record_json: '{}',
};

/** A row of `policy_authors`. */
export const POLICY_AUTHOR_ROW: PolicyAuthorRow = {
  id: 'pau_a' as PolicyAuthorRow['id'],
  tenant_id: 'tnt_a',
  name: 'ann',
  public_key: 'ed25519:a',
  created_at_ms: 1,
  created_by: 'admin',
};

/** A row of `policy_signing_keys`. */
export const POLICY_SIGNING_KEY_ROW: PolicySigningKeyRow = {
  id: 'psk_a' as PolicySigningKeyRow['id'],
  key_sealed: '{}',
  created_at_ms: 1,
  retired_at_ms: 0,
};

/** A row of `policy_waivers`. */
export const POLICY_WAIVER_ROW: PolicyWaiverRow = {
  id: 'pwv_a',
  tenant_id: 'tnt_a',
  policy_id: 'pol_a',
  policy_name: 'a',
  resource_kind: 'vm',
  resource_name: 'web',
  owner_name: 'ann',
  reason: 'it moves',
  compensating_control: null,
  waived_until_ms: 2,
  ends_at_ms: 2,
  approval_id: null,
  approved_by: null,
  first_granted_at_ms: null,
  renewals: null,
  withdrawn_at_ms: null,
  waived_id: null,
  created_at_ms: 1,
  waived_by: 'admin',
};

/** A row of `policy_violations` with a value in every column that needs one. */
export const POLICY_VIOLATION_ROW: PolicyViolationRow = {
  id: 'pvio_a',
  tenant_id: 'tnt_a',
  state: 'open',
  policy_id: 'pol_a',
  policy_name: 'a',
  policy_version: 1,
  mode: 'block',
  resource_kind: 'vm',
  resource_id: 'vm_a',
  resource_name: 'web',
  reasons_json: '[]',
  waiver_id: null,
  opened_at_ms: 1,
  changed_at_ms: 1,
  resolved_at_ms: null,
};

/** A row of `policy_data` with a value in every column that needs one. */
export const POLICY_DATA_ROW: PolicyDataRow = {
  id: 'pdat_a' as PolicyDataRow['id'],
  tenant_id: 'tnt_a',
  path: 'limits.teams',
  version: 1,
  document: '{}',
  seal_json: null,
  revision: 1,
  created_at_ms: 1,
  created_by: 'admin',
  updated_at_ms: 1,
  updated_by: 'admin',
};

/** A row of `policy_data_versions`. */
export const POLICY_DATA_VERSION_ROW: PolicyDataVersionRow = {
  id: 'pdat_a/000000001',
  tenant_id: 'tnt_a',
  data_id: 'pdat_a',
  path: 'limits.teams',
  version: 1,
  document: '{}',
  seal_json: null,
  created_at_ms: 1,
  created_by: 'admin',
};
