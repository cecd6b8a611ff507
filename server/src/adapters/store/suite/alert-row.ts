import type { AlertRow } from '../../../ports/tables/incident-rows.ts';

/** A row of `alerts`. */
export const ALERT_ROW: AlertRow = {
  id: 'alt_a',
  tenant_id: 'tnt_a',
  state: 'acknowledged',
  severity: 'critical',
  source: 'policy',
  policy_id: 'orc_a',
  policy_name: 'p',
  rule: 'r',
  target_kind: 'vm',
  target_id: 'vm_a',
  target_name: 'web',
  said_json: '{}',
  fired: 1,
  first_seen_at_ms: 1,
  last_seen_at_ms: 2,
  acknowledged_at_ms: 3,
  acknowledged_by: 'ann',
  silenced_until_ms: null,
  silenced_by: null,
  resolved_at_ms: null,
};
