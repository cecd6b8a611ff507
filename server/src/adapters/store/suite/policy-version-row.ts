import type { PolicyVersionRow } from '../../../ports/tables/policy/policy-version-row.ts';

/** A row of `policy_versions` with a value in every column that needs one. */
export const POLICY_VERSION_ROW: PolicyVersionRow = {
  id: 'pol_a/000000001',
  tenant_id: 'tnt_a',
  policy_id: 'pol_a',
  version: 1,
  rule: 'package a',
  compiled_json: '{}',
  active_from_ms: null,
  created_at_ms: 1,
  created_by: 'admin',
};
