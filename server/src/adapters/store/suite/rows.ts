/** Rows for the tests of stores. */

import type {
  AuditId,
  EnrollmentId,
  NodeId,
  OperationId,
  SecurityGroupId,
  SnapshotId,
  SshKeyId,
  VmId,
  VolumeId,
} from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import type { ResourceRow, TableName, Tables } from '../../../ports/tables/tables.ts';
import { ALERT_ROW } from './alert-row.ts';
import {
  ARBITER_CLAIM_ROW,
  HEALING_HOLD_ROW,
  INCIDENT_MEMBER_ROW,
  INCIDENT_ROW,
} from './incident-rows.ts';
import {
  POLICY_AUTHOR_ROW,
  POLICY_DATA_ROW,
  POLICY_DATA_VERSION_ROW,
  POLICY_DECISION_ROW,
  POLICY_SIGNING_KEY_ROW,
  POLICY_VIOLATION_ROW,
  POLICY_WAIVER_ROW,
} from './policy-rows.ts';
import { POLICY_VERSION_ROW } from './policy-version-row.ts';
import { PREVIEW_ROWS } from './preview-rows.ts';
import { RESERVATION_ROW } from './reservation-rows.ts';
import {
  APPROVAL_ROW,
  EXECUTION_STEP_ROW,
  WORKFLOW_ROW,
  WORKFLOW_TRIGGER_ROW,
  WORKFLOW_VERSION_ROW,
} from './workflow-rows.ts';

/** Opens an empty store for one test, and removes it afterwards. */
export type OpenStore = () => Promise<{
  readonly store: Store;
  readonly remove: () => Promise<void>;
}>;

/** The problem of a guard, distinguished by its detail. */
export function refusal(detail: string): Problem {
  return problem('conflict', { detail, remedy: 'Read it again.' });
}

/** Commits what has to go through. */
export async function commitAll(store: Store, changes: ChangeSet): Promise<void> {
  const answer = await store.commit(changes);
  if (!answer.ok) throw new Error(`refused: ${answer.error.detail}`);
}

/** 'done', or the detail of the problem. */
export function outcomeOf(answer: Result<void, Problem>): string {
  return answer.ok ? 'done' : answer.error.detail;
}

/** Commits each set without waiting for the one before; answers with their outcomes. */
export async function commitTogether(store: Store, sets: readonly ChangeSet[]): Promise<string[]> {
  return (await Promise.all(sets.map((set) => store.commit(set)))).map(outcomeOf);
}

/** A tenant. */
export function tenantRow(id: string, name = `name of ${id}`): Tables['tenants'] {
  return {
    id,
    name,
    created_at_ms: 1_700_000_000_000,
    is_platform: 0,
    description: null,
    features_json: null,
    revision: 1,
    created_by: null,
    updated_at_ms: null,
    updated_by: null,
  };
}

/** A node with 16 free cores, 64 GiB of memory and 1000 GB of disk, but for what `row` says. */
export function nodeRow(id: string, row: Partial<Tables['nodes']> = {}): Tables['nodes'] {
  return {
    id: id as NodeId,
    name: `name of ${id}`,
    zone: 'zone-a',
    rack: 'rack-1',
    driver: 'simulator',
    status: 'ready',
    capabilities_json: '{}',
    prices_json: null,
    facts_json: '{}',
    claims_version: 1,
    power: null,
    followed_json: null,
    refused_json: null,
    fenced_json: null,
    cut_off_json: null,
    suspected_json: null,
    pool_heartbeat_json: null,
    maintenance_until_ms: null,
    lost_from: null,
    conditions_json: null,
    guard_json: null,
    lease_fence_json: null,
    woken_json: null,
    cpu_cores: 16,
    memory_mib: 65_536,
    disk_gb: 1000,
    cpu_cores_used: 0,
    memory_mib_used: 0,
    disk_gb_used: 0,
    vm_count: 0,
    last_seen_at_ms: 1,
    created_at_ms: 1,
    ...row,
  };
}

/** What all resources have, but for what `row` says. */
export function resourceRow<Id extends string>(
  id: Id,
  row: Partial<ResourceRow<Id>> = {},
): ResourceRow<Id> {
  return {
    id,
    tenant_id: 'tnt_a',
    namespace: 'default',
    name: `name of ${id}`,
    schema_version: 1,
    revision: 1,
    generation: 1,
    desired_json: '{}',
    observed_json: '{}',
    busy_operation_id: null,
    created_at_ms: 1,
    created_by: 'admin',
    updated_at_ms: 1,
    updated_by: 'admin',
    ...row,
  };
}

/** A VM without a network, but for what `row` says. */
export function vmRow(id: string, row: Partial<Tables['vms']> = {}): Tables['vms'] {
  const none = {
    network_id: null,
    cpu_baseline: null,
    restart_default: null,
    health: null,
    guest_addresses_json: null,
  };
  return { ...resourceRow(id as VmId), ...none, ...row };
}

/** A running operation. */
export function operationRow(id: string): Tables['operations'] {
  return {
    id: id as OperationId,
    tenant_id: 'tnt_a',
    kind: 'vm.create',
    target_kind: 'vm',
    target_id: 'vm_a',
    target_name: 'web',
    status: 'running',
    definition_json: '{}',
    problem_json: null,
    created_at_ms: 1,
    created_by: 'admin',
    finished_at_ms: null,
    owner: null,
    fence: 0,
    wake_at_ms: null,
  };
}

/** An event. */
export function eventRow(id: string, position: number | null): Tables['events'] {
  return {
    id,
    position,
    tenant_id: 'tnt_a',
    type: 'vm.created',
    source: 'scheduler',
    target: 'vm_a',
    priority: 'normal',
    data_json: '{}',
    at_ms: 1,
  };
}

/** An audit entry. */
export function auditRow(id: string, changesJson = '[]'): Tables['audit'] {
  return {
    id: id as AuditId,
    tenant_id: 'tnt_a',
    at_ms: 1,
    principal: 'admin',
    principal_kind: 'api_key',
    client: 'cli',
    request_id: 'req_a',
    operation: 'vm.create',
    outcome: 'done',
    resource_kind: 'vm',
    resource_id: 'vm_a',
    resource_name: 'web',
    changes_json: changesJson,
    client_address: '192.0.2.7',
    key_id: 'key_a',
    key_prefix: null,
    on_behalf_of: null,
    position: null,
    hash: null,
  };
}

/** One row of every table, in an order that foreign keys allow. */
export const ROW_OF_EACH_TABLE: { readonly [T in TableName]: Tables[T] } = {
  tenants: tenantRow('tnt_a'),
  tenant_quotas: {
    id: 'tnt_a',
    vms_used: 1,
    vms_max: 1,
    cpu_cores_used: 1,
    cpu_cores_max: 8,
    memory_mib_used: 1024,
    memory_mib_max: Number.MAX_SAFE_INTEGER,
    disk_gb_used: 10,
    disk_gb_max: 10,
    volumes_used: 1,
    volumes_max: 2,
    snapshots_used: 1,
    snapshots_max: 1,
    volume_gb_used: 1,
    volume_gb_max: 5,
    networks_used: 0,
    networks_max: 0,
    policies_used: 0,
    policies_max: 1,
    api_keys_used: 1,
    api_keys_max: 1,
    roles_used: 0,
    roles_max: 3,
    secrets_used: 1,
    secrets_max: 5,
    security_groups_used: 1,
    security_groups_max: 9,
    templates_used: 0,
    templates_max: 4,
    ssh_keys_used: 1,
    ssh_keys_max: 2,
    image_mib_used: 512,
    image_mib_max: 4_096,
    metric_series_used: 3,
    metric_series_max: 50,
  },
  reservations: RESERVATION_ROW,
  secrets: {
    id: 'sec_a',
    tenant_id: 'tnt_a',
    name: 'mail-password',
    description: null,
    allowed_json: '{"workflows":[],"runner_labels":[],"hosts":[]}',
    version: 1,
    revision: 1,
    created_at_ms: 1,
    created_by: 'admin',
    updated_at_ms: 1,
    updated_by: 'admin',
  },
  secret_versions: {
    id: 'sec_a/000000001',
    tenant_id: 'tnt_a',
    secret_id: 'sec_a',
    version: 1,
    value_sealed: 'hunter2',
    created_at_ms: 1,
    created_by: 'admin',
    deleted_at_ms: null,
    deleted_by: null,
  },
  roles: {
    id: 'role_a',
    tenant_id: 'tnt_a',
    name: 'ci',
    description: null,
    operations_json: '["vm.*"]',
    revision: 1,
    created_at_ms: 1,
    created_by: 'admin',
    updated_at_ms: 1,
    updated_by: 'admin',
  },
  api_keys: {
    id: 'key_a',
    tenant_id: 'tnt_a',
    name: 'admin',
    role: 'admin',
    secret_hash: 'ab'.repeat(32),
    created_at_ms: 1,
    expires_at_ms: null,
    created_by: 'admin',
    person: 'ann',
    secret_prefix: 'ncr_abcdefgh',
    last_used_at_ms: null,
  },
  network_addresses: {
    id: 'net_a/10.0.0.2',
    tenant_id: 'tnt_a',
    network_id: 'net_a',
    vm_id: 'vm_a',
    ip_address: '10.0.0.2',
    mac_address: '02:00:00:00:00:01',
    created_at_ms: 1,
  },
  vm_secrets: { id: 'vm_a', tenant_id: 'tnt_a', secrets_json: '{}' },
  nodes: nodeRow('node_a', { memory_mib: Number.MAX_SAFE_INTEGER }),
  storage_pools: { id: 'ssd', size_gb: 100, size_gb_used: 100 },
  templates: { id: 'tpl_a', name: 'debian', document_json: '{}', created_at_ms: 1 },
  vms: vmRow('vm_a', { network_id: 'net_a' }),
  vm_groups: { ...resourceRow('vmg_a'), size: 2 },
  vm_group_members: { id: 'vm_a', tenant_id: 'tnt_a', group_id: 'vmg_a', ordinal: 1 },
  networks: { ...resourceRow('net_a'), vm_count: 1 },
  tenant_templates: { ...resourceRow('tpl_b'), version: 2, vm_count: 1 },
  template_versions: {
    id: 'tpl_b/1',
    tenant_id: 'tnt_a',
    template_id: 'tpl_b',
    version: 1,
    document_json: '{}',
  },
  security_groups: {
    ...resourceRow('sg_a' as SecurityGroupId),
    vm_count: 1,
    named_count: 0,
    use_version: 3,
  },
  ssh_keys: resourceRow('ssh_a' as SshKeyId),
  volumes: {
    ...resourceRow('vol_a' as VolumeId),
    attached_to: 'vm_a',
    source_snapshot_id: null,
    pool_id: null,
  },
  snapshots: {
    ...resourceRow('snap_a' as SnapshotId),
    volume_id: 'vol_a',
    node: 'node-a',
    pool: 'ssd',
    size_gb: 10,
  },
  // Changes of this one are not counted in `policy_changes`.
  orchestration_policies: {
    ...resourceRow('pol_a'),
    enabled: 1,
    compiled_json: '{}',
    steers: 1,
    selector: '{}',
    rules: '[]',
    priority: 0,
    author_role: null,
  },
  policy_versions: POLICY_VERSION_ROW,
  control_plane_terms: {
    id: 'term_a',
    control_plane_id: 'cp_a',
    position: 1,
    successor: null,
    kind: 'start',
    begun_at_ms: 1,
    begun_by: 'server',
  },
  alerts: ALERT_ROW,
  orchestration_triggers: {
    id: 'orc_a/r/alert/vm_a',
    tenant_id: 'tnt_a',
    held_since_ms: 1,
    fired_at_ms: null,
    refusals: 2,
  },
  scaling_events: {
    id: 'sce_a',
    tenant_id: 'tnt_a',
    cluster_id: 'vmg_a',
    trigger_type: 'policy',
    metrics: '{}',
    prediction: 'null',
    action: '{}',
    timestamp: 1,
    scaling_outcome: null,
    ended_at_ms: 1,
    effect_json: null,
  },
  group_scalings: {
    id: 'vmg_a',
    tenant_id: 'tnt_a',
    memory_json: '{}',
    decision_json: '{}',
    decided_at_ms: 1,
  },
  scaling_holds: {
    id: 'vmg_a',
    tenant_id: 'tnt_a',
    reason: 'a sale',
    held_at_ms: 1,
    held_by: 'admin',
    ends_at_ms: 2,
  },
  policy_decisions: POLICY_DECISION_ROW,
  policy_violations: POLICY_VIOLATION_ROW,
  policy_authors: POLICY_AUTHOR_ROW,
  policy_signing_keys: POLICY_SIGNING_KEY_ROW,
  policy_data: POLICY_DATA_ROW,
  policy_data_versions: POLICY_DATA_VERSION_ROW,
  policy_waivers: POLICY_WAIVER_ROW,
  workflows: WORKFLOW_ROW,
  workflow_versions: WORKFLOW_VERSION_ROW,
  approvals: APPROVAL_ROW,
  execution_steps: EXECUTION_STEP_ROW,
  workflow_triggers: WORKFLOW_TRIGGER_ROW,
  arbiter_claims: ARBITER_CLAIM_ROW,
  incidents: INCIDENT_ROW,
  incident_members: INCIDENT_MEMBER_ROW,
  healing_holds: HEALING_HOLD_ROW,
  healing_outcomes: {
    id: 'op_a',
    tenant_id: 'tnt_a',
    cause: 'unhealthy',
    strategy: 'reset',
    target_name: 'web',
    result: 'succeeded',
    duration_ms: 1,
    ended_at_ms: 1,
  },
  forecast_selections: {
    id: 'vm_a/cpu_utilization_ratio/60',
    tenant_id: 'tnt_a',
    target_id: 'vm_a',
    metric: 'cpu_utilization_ratio',
    step_s: 60,
    selection_json: '{}',
    selected_at_ms: 1,
  },
  standbys: {
    id: 'vm_a',
    tenant_id: 'tnt_a',
    node_id: null,
    node: null,
    allocation_id: null,
    cpu_cores: 1,
    memory_mib: 1,
    disk_gb: 1,
    reason: 'room',
    since_ms: 1,
  },
  learning_resets: { id: 'tnt_a', reset_at_ms: 1, reset_by: 'admin', reason: null },
  allocations: {
    id: 'alloc_a',
    vm_id: 'vm_a',
    node_id: 'node_a',
    cpu_cores: 1,
    memory_mib: 1024,
    disk_gb: 10,
    created_at_ms: 1,
    owner_tenant_id: 'tnt_a',
    traits_json: '[]',
    binds_others: 1,
    spot_priority: 10,
    claims_json: '{}',
    has_claims: 1,
  },
  rule_versions: { id: 'quota/tnt_a', version: 3 },
  placement_decisions: {
    id: 'dec_a',
    tenant_id: 'tnt_a',
    vm_id: 'vm_a',
    operation_id: 'op_a' as OperationId,
    decision_json: '{}',
    created_at_ms: 1,
    fleet_snapshot_id: 'ab',
    basis_json: '{}',
    score: 0.75,
    executed_at_ms: 2,
    outcome: 'placed',
    purpose: 'create',
    node_name: 'node-a',
    vm_name: 'web',
    margin: 0.25,
    confidence: 0.5,
    survey_json: '{}',
  },
  fleet_snapshots: { id: 'ab', nodes_json: '[]', created_at_ms: 1 },
  ...PREVIEW_ROWS,
  operations: operationRow('op_a'),
  store_probes: { id: 'srv_a', at_ms: 1 },
  policy_changes: { id: 'tnt_a', changes: 7 },
  leases: { id: 'relay', holder: 'srv_a', fence: 1, expires_at_ms: 1, progress: 0 },
  operation_log: {
    id: 'op_a/1',
    operation_id: 'op_a',
    seq: 1,
    entry_json: '{"kind":"started"}',
    at_ms: 1,
  },
  events: eventRow('evt_a', 1),
  idempotency_keys: {
    id: 'tnt_a/key',
    tenant_id: 'tnt_a',
    request_hash: 'cd'.repeat(32),
    resource_id: 'vm_a',
    operation_id: 'op_a',
    created_at_ms: 1,
    created_by: 'key_a',
    claim: 'claim-of-a-run-000000000001',
    lease_until_ms: 2,
    delivered_at_ms: 3,
  },
  baselines: {
    id: 'vm_a',
    tenant_id: 'tnt_a',
    resource_kind: 'vm',
    deployment: 'production',
    applied_json: '{}',
    applied_hash: 'ef'.repeat(32),
    applied_at_ms: 1,
    applied_by: 'ci',
    origin: 'apply',
  },
  drift_records: {
    id: 'vm_a',
    tenant_id: 'tnt_a',
    resource_kind: 'vm',
    resource_name: 'web',
    deployment: 'production',
    status: 'open',
    severity: 'high',
    record_json: '{}',
    detected_at_ms: 1,
    changed_at_ms: 2,
    flaps: 0,
  },
  drift_marks: { id: 'vm_a', tenant_id: 'tnt_a', marks_json: '{}' },
  drift_scans: { id: 'scan', after_id: '', started_at_ms: 1, finished_at_ms: 2, compared: 3 },
  drift_settings: { id: 'tnt_a', settings_json: '{}' },
  server_settings: { id: 'servers', revision: 1, values_json: '{}' },
  audit: auditRow('aud_a'),
  audit_heads: { id: 'tnt_a', position: 1, hash: 'ab'.repeat(32) },
  signing_keys: {
    id: 'key_a',
    public_jwk_json: '{}',
    private_sealed: 'sealed',
    created_at_ms: 1,
    retires_at_ms: null,
  },
  authorities: {
    id: 'agents',
    certificate_pem: 'certificate',
    private_sealed: 'sealed',
    created_at_ms: 1,
  },
  volume_removals: {
    id: 'vol_a' as VolumeId,
    tenant_id: 'tnt_a',
    name: 'data',
    pool_id: 'pool-a',
    generation: 1,
    due_ms: 1,
  },
  pending_restarts: {
    id: 'vm_a',
    tenant_id: 'tnt_a',
    change_json: '{}',
    created_at_ms: 1,
    created_by: 'operator',
    tried_at_ms: 0,
  },
  console_tickets: {
    id: 'ab',
    tenant_id: 'tnt_a',
    vm_id: 'vm_a',
    principal_id: 'key_a',
    control_plane_id: 'cp_a',
    expires_at_ms: 1,
  },
  sessions: {
    id: 'ses_a',
    tenant_id: 'tnt_a',
    secret_hash: 'cd'.repeat(32),
    method: 'api_key',
    principal_id: 'key_a',
    principal_name: 'ada',
    client_address: '192.0.2.7',
    user_agent: 'Mozilla/5.0',
    created_at_ms: 1,
    last_used_at_ms: 2,
    expires_at_ms: 3,
    ends_at_ms: 4,
    claims_json: null,
  },
  sign_in_attempts: {
    id: 'ab'.repeat(32),
    return_path: '/dashboard/',
    created_at_ms: 1,
    expires_at_ms: 2,
  },
  enrollments: {
    id: 'enr_a' as EnrollmentId,
    tenant_id: 'tnt_a',
    node: 'node-01',
    token_hash: 'ab'.repeat(32),
    status: 'active',
    created_by: 'admin',
    created_at_ms: 1,
    expires_at_ms: 2,
    enrolled_at_ms: 1,
    certificate_serial: '4a',
    certificate_expires_at_ms: 3,
    key_hash: null,
    revoked_at_ms: null,
  },
  audit_checkpoints: { id: 'tnt_a', mark_json: '{}' },
  sealing_keys: {
    id: 'a1',
    canary_sealed: 'sealed',
    version: 1,
    place: 'here',
    registered_at_ms: 1,
  },
  sealing_progress: { id: 'audit', key_id: 'a1', after_id: '', rows_sealed: 0, is_done: 1 },
};
