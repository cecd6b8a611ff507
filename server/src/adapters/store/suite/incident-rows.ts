import type { ArbiterClaimRow } from '../../../ports/tables/arbiter-claim-row.ts';
import type {
  HoldRow,
  IncidentMemberRow,
  IncidentRow,
} from '../../../ports/tables/incident-rows.ts';

/** A row of `incidents`. */
export const INCIDENT_ROW: IncidentRow = {
  id: 'inc_a',
  tenant_id: 'tnt_a',
  state: 'open',
  severity: 'critical',
  cause: 'node_lost',
  cause_key: 'node_lost node-01',
  target_kind: 'node',
  target_name: 'node-01',
  summary: 'Node node-01 does not answer; 1 VM affected',
  nodes_json: '["node-01"]',
  vms_down: 1,
  vms_affected: 1,
  occurrences: 1,
  opened_at_ms: 1,
  reopened_at_ms: null,
  changed_at_ms: 1,
  acknowledged_at_ms: null,
  acknowledged_by: null,
  comment: null,
  silenced_until_ms: null,
  silenced_by: null,
  resolved_at_ms: null,
  resolution: null,
};

/** A row of `incident_members`. */
export const INCIDENT_MEMBER_ROW: IncidentMemberRow = {
  id: 'incm_a',
  incident_id: 'inc_a',
  tenant_id: 'tnt_a',
  vm_id: 'vm_a',
  vm_name: 'web',
  node_name: 'node-01',
  down_at_ms: 1,
  up_at_ms: null,
};

/** A row of `healing_holds`, and of `automation_holds`. */
export const HOLD_ROW: HoldRow = {
  id: 'all',
  tenant_id: 'tnt_a',
  reason: 'work on the network',
  held_at_ms: 1,
  held_by: 'admin',
  until_ms: null,
};

/** A row of `arbiter_claims`. */
export const ARBITER_CLAIM_ROW: ArbiterClaimRow = {
  id: 'recoveries/vm_a',
  tenant_id: 'tnt_a',
  class: 'recovery',
  who: 'recoveries',
  operation: 'vm.recover',
  target_name: 'web',
  vm_id: 'vm_a',
  group_id: null,
  zone: 'zone-a',
  effect: 'none',
  nodes_json: '[]',
  priority: 50,
  since_ms: 1,
  seen_ms: 1,
  operation_id: null,
  parent_id: null,
  holder: 'op_a',
  reason: 'the VM is being changed by op_a',
};
