/**
 * The tables of the store, one interface each: the names and types that both databases share.
 * Times are milliseconds since the epoch. `*_json` columns hold canonical JSON text.
 * Columns may have the type of an id: the store holds what `Ids` made.
 */

import type {
  AuditId,
  OperationId,
  SecurityGroupId,
  SnapshotId,
  SshKeyId,
  VmId,
  VolumeId,
} from '@novacron/contract/ids';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { ApprovalRow } from './access/approval-row.ts';
import type { AllocationRow } from './allocation-row.ts';
import type { ArbiterClaimRow } from './arbiter-claim-row.ts';
import type { ExecutionPlaceRow } from './automation/execution-place-rows.ts';
import type { GitopsApplicationRow } from './automation/gitops-application-row.ts';
import type { NotificationChannelRow } from './automation/notification-channel-row.ts';
import type { NotificationMessageRow } from './automation/notification-message-row.ts';
import type { RunnerRow } from './automation/runner-row.ts';
import type {
  StoredChunkRow,
  TerraformStateRow,
  TerraformStateVersionRow,
} from './automation/terraform-state-rows.ts';
import type {
  ExecutionArtifactRow,
  ExecutionLogRow,
  ExecutionSignalRow,
  ExecutionSlaRow,
  ExecutionStepRow,
  ScheduleMomentRow,
  WebhookDeliveryRow,
  WorkflowBundleRow,
  WorkflowRow,
  WorkflowTriggerRow,
  WorkflowVersionRow,
} from './automation/workflow-rows.ts';
import type { AutonomousDecisionRow, AutonomySettingsRow } from './autonomy-rows.ts';
import type { ConsoleTicketRow } from './console-ticket-row.ts';
import type { ControlPlaneTermRow } from './control-plane-rows.ts';
import type {
  BudgetRow,
  ChargeIntervalRow,
  ChargeRow,
  PriceListRow,
  TenantRateRow,
} from './cost-rows.ts';
import type {
  DriftMarksRow,
  DriftRecordRow,
  DriftScanRow,
  DriftSettingsRow,
} from './drift-rows.ts';
import type { EnrollmentRow } from './enrollment-rows.ts';
import type {
  AlertRow,
  HoldRow,
  IncidentMemberRow,
  IncidentRow,
  MetricWatchRow,
} from './incident-rows.ts';
import type {
  ForecastSelectionRow,
  HealingOutcomeRow,
  LearningResetRow,
  RecommendationRow,
} from './learning-rows.ts';
import type { ModelRow, ModelSettingsRow, ModelVersionRow } from './model-rows.ts';
import type { NetworkAddressRow } from './network-address-row.ts';
import type { NodeRow } from './node-row.ts';
import type { OrchestrationTables, PolicyColumns } from './orchestration-rows.ts';
import type { PendingRestartRow } from './pending-restart-row.ts';
import type {
  ComplianceAnchorRow,
  ComplianceAttestationRow,
  ComplianceEvidenceRow,
  ComplianceFindingRow,
  CompliancePointRow,
  ComplianceSampleRow,
  ComplianceScanRow,
  ComplianceSettingsRow,
} from './policy/compliance-rows.ts';
import type { PolicyDataRow, PolicyDataVersionRow } from './policy/policy-data-rows.ts';
import type { PolicyDecisionRow } from './policy/policy-decision-row.ts';
import type { PolicyAuthorRow, PolicySigningKeyRow } from './policy/policy-signing-rows.ts';
import type { PolicyVersionRow } from './policy/policy-version-row.ts';
import type { PolicyViolationRow, PolicyWaiverRow } from './policy/policy-violation-rows.ts';
import type {
  FleetSnapshotRow,
  PlacementDecisionRow,
  PlacementPreviewRow,
  PlannedWriteRow,
  PreviewPlaceRow,
  ValueIntentRow,
} from './preview-tables.ts';
import type { ReservationRow } from './reservation-row.ts';
import type { SealingKeyRow, SealingProgressRow } from './sealing-rows.ts';
import type { ServerSettingsRow } from './server-settings-row.ts';
import type { SessionRow, SignInAttemptRow } from './session-rows.ts';
import type { StandbyRow } from './standby-row.ts';
import type { TemplateColumns, TemplateVersionRow } from './template-rows.ts';
import type {
  RoleRow,
  SecretRow,
  SecretVersionRow,
  TenantQuotaRow,
  TenantRow,
} from './tenant-rows.ts';
import type { VmGroupColumns, VmGroupMemberRow } from './vm-group-rows.ts';
import type { VolumeRemovalRow } from './volume-removal-row.ts';

/** Columns of every table that holds resources people create. */
export interface ResourceRow<Id extends string = string> {
  readonly id: Id;
  readonly tenant_id: string;
  readonly namespace: string;
  readonly name: string;
  readonly schema_version: number;
  /** Rises with each change of the desired state. */
  readonly revision: number;
  /** Rises with each command given to the hypervisor; agents refuse older ones. */
  readonly generation: number;
  /** Its desired state: the fields that users set. */
  readonly desired_json: string;
  /** Observed state: the fields that NovaCron computes. */
  readonly observed_json: string;
  /** The operation that is changing it now; null when none is. */
  readonly busy_operation_id: string | null;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}

/** A row of `vms`. */
export interface VmRow extends ResourceRow<VmId> {
  readonly network_id: string | null;
  /** CPU baseline with which its guest was switched on last; null: the CPU of its node. */
  readonly cpu_baseline: string | null;
  /** Its restart policy where its desired state has none; null: `never`. */
  readonly restart_default: string | null;
  /** The last health that was recorded, to find unhealthy VMs; `observed_json` has what holds. */
  readonly health: string | null;
  /**
   * The addresses that its guest has reported since its machine was switched on, as a JSON array.
   * Operations that end leave them: a step that waits for the guest stores what it has heard.
   */
  readonly guest_addresses_json: string | null;
}

/** A row of `vm_groups`. */
export type VmGroupRow = ResourceRow & VmGroupColumns;

/** A row of `networks`. */
export interface NetworkRow extends ResourceRow {
  /** VMs connected to it; a network in use cannot be deleted. */
  readonly vm_count: number;
}

/** A row of `security_groups`. */
export interface SecurityGroupRow extends ResourceRow<SecurityGroupId> {
  /** VMs that have it; a group in use cannot be deleted. */
  readonly vm_count: number;
  /** VMs and other groups whose rules name it. */
  readonly named_count: number;
  /** Rises whenever a VM gets or loses it, or a rule begins or ceases to name it. */
  readonly use_version: number;
}

/** A row of `volumes`. */
export interface VolumeRow extends ResourceRow<VolumeId> {
  readonly attached_to: string | null;
  /** The snapshot that it began with; null as well where an earlier release made it. */
  readonly source_snapshot_id: string | null;
  /** Storage that has its content; null: not known, or not used yet. */
  readonly pool_id: string | null;
}

/** A row of `snapshots`. */
export interface SnapshotRow extends ResourceRow<SnapshotId> {
  readonly volume_id: string;
  /** Name of the node that keeps it. */
  readonly node: string;
  /** Storage class whose pool it takes space of. */
  readonly pool: string;
  /** Unit: GB. */
  readonly size_gb: number;
}

/** A row of `tenant_templates`. */
export type TemplateRow = ResourceRow & TemplateColumns;

/** A row of `orchestration_policies`. */
export type PolicyRow = ResourceRow & PolicyColumns;

/** The row type of each table, by the table's name. */
export interface Tables extends OrchestrationTables {
  readonly tenants: TenantRow;
  readonly tenant_quotas: TenantQuotaRow;
  readonly roles: RoleRow;
  readonly notification_channels: NotificationChannelRow;
  readonly notification_messages: NotificationMessageRow;
  readonly runners: RunnerRow;
  readonly secrets: SecretRow;
  readonly secret_versions: SecretVersionRow;
  readonly api_keys: {
    readonly id: string;
    readonly tenant_id: string;
    readonly name: string;
    /** Name of a role that is built in, or of a row of `roles` of the tenant. */
    readonly role: string;
    /** SHA-256 of the secret, hexadecimal: secrets are 256 random bits, so no salt is needed. */
    readonly secret_hash: string;
    readonly created_at_ms: number;
    readonly expires_at_ms: number | null;
    /** Name of the principal that created it; null in rows of earlier releases. */
    readonly created_by: string | null;
    /** User of the key; null in rows of earlier releases. */
    readonly person: string | null;
    /**
     * Other persons through whose keys or sessions it was made, as JSON; null for keys of the setup
     * and in rows of earlier releases.
     */
    readonly makers_json: string | null;
    /** The first characters of the secret, which identify it; null in rows of earlier releases. */
    readonly secret_prefix: string | null;
    /** Exact to some minutes; null until the first use. */
    readonly last_used_at_ms: number | null;
    /** Patterns of the only states of Terraform that it may use; null: all. */
    readonly terraform_states_json: string | null;
  };
  readonly nodes: NodeRow;
  readonly price_lists: PriceListRow;
  readonly charges: ChargeRow;
  readonly charge_intervals: ChargeIntervalRow;
  readonly budgets: BudgetRow;
  readonly tenant_rates: TenantRateRow;
  readonly control_plane_terms: ControlPlaneTermRow;
  /** Capacity of each storage class; the id is the class. */
  readonly storage_pools: {
    readonly id: string;
    readonly size_gb: number;
    readonly size_gb_used: number;
  };
  /** Templates that every tenant has. */
  readonly templates: {
    readonly id: string;
    readonly name: string;
    readonly document_json: string;
    readonly created_at_ms: number;
  };
  readonly tenant_templates: TemplateRow;
  readonly template_versions: TemplateVersionRow;
  readonly vms: VmRow;
  readonly vm_groups: VmGroupRow;
  readonly vm_group_members: VmGroupMemberRow;
  readonly networks: NetworkRow;
  readonly network_addresses: NetworkAddressRow;
  /** Secrets given to VMs and never shown; the id is the VM's. Sealed where the store seals. */
  readonly vm_secrets: {
    readonly id: string;
    readonly tenant_id: string;
    readonly secrets_json: string;
  };
  /** The keys of encrypted volumes and of their snapshots; the id is that of the content. */
  readonly content_keys: {
    readonly id: string;
    readonly tenant_id: string;
    readonly key_sealed: string;
  };
  readonly security_groups: SecurityGroupRow;
  readonly ssh_keys: ResourceRow<SshKeyId>;
  readonly volumes: VolumeRow;
  readonly snapshots: SnapshotRow;
  readonly orchestration_policies: PolicyRow;
  readonly policy_versions: PolicyVersionRow;
  readonly policy_decisions: PolicyDecisionRow;
  readonly policy_violations: PolicyViolationRow;
  readonly compliance_findings: ComplianceFindingRow;
  readonly compliance_scans: ComplianceScanRow;
  readonly compliance_settings: ComplianceSettingsRow;
  readonly compliance_evidence: ComplianceEvidenceRow;
  readonly compliance_samples: ComplianceSampleRow;
  readonly compliance_points: CompliancePointRow;
  readonly compliance_anchors: ComplianceAnchorRow;
  readonly compliance_attestations: ComplianceAttestationRow;
  readonly policy_authors: PolicyAuthorRow;
  readonly policy_signing_keys: PolicySigningKeyRow;
  readonly policy_data: PolicyDataRow;
  readonly policy_data_versions: PolicyDataVersionRow;
  readonly policy_waivers: PolicyWaiverRow;
  readonly gitops_applications: GitopsApplicationRow;
  readonly terraform_states: TerraformStateRow;
  readonly terraform_state_versions: TerraformStateVersionRow;
  readonly stored_chunks: StoredChunkRow;
  readonly models: ModelRow;
  readonly model_versions: ModelVersionRow;
  readonly model_settings: ModelSettingsRow;
  readonly workflows: WorkflowRow;
  readonly workflow_bundles: WorkflowBundleRow;
  readonly workflow_versions: WorkflowVersionRow;
  readonly execution_artifacts: ExecutionArtifactRow;
  readonly execution_logs: ExecutionLogRow;
  readonly execution_steps: ExecutionStepRow;
  readonly execution_signals: ExecutionSignalRow;
  readonly execution_slas: ExecutionSlaRow;
  readonly approvals: ApprovalRow;
  readonly execution_places: ExecutionPlaceRow;
  readonly workflow_triggers: WorkflowTriggerRow;
  readonly schedule_moments: ScheduleMomentRow;
  readonly webhook_deliveries: WebhookDeliveryRow;
  readonly autonomous_decisions: AutonomousDecisionRow;
  readonly autonomy_settings: AutonomySettingsRow;
  readonly arbiter_claims: ArbiterClaimRow;
  readonly alerts: AlertRow;
  readonly incidents: IncidentRow;
  readonly incident_members: IncidentMemberRow;
  readonly healing_holds: HoldRow;
  readonly automation_holds: HoldRow;
  readonly healing_outcomes: HealingOutcomeRow;
  readonly forecast_selections: ForecastSelectionRow;
  readonly metric_watches: MetricWatchRow;
  readonly learning_resets: LearningResetRow;
  readonly recommendations: RecommendationRow;
  readonly allocations: AllocationRow;
  readonly reservations: ReservationRow;
  readonly standbys: StandbyRow;
  /** One row a shared rule; each decision by the rule bumps its version. */
  readonly rule_versions: { readonly id: string; readonly version: number };
  readonly placement_decisions: PlacementDecisionRow;
  readonly fleet_snapshots: FleetSnapshotRow;
  readonly placement_previews: PlacementPreviewRow;
  readonly value_intents: ValueIntentRow;
  readonly planned_writes: PlannedWriteRow;
  readonly console_tickets: ConsoleTicketRow;
  readonly sessions: SessionRow;
  readonly sign_in_attempts: SignInAttemptRow;
  readonly volume_removals: VolumeRemovalRow;
  readonly pending_restarts: PendingRestartRow;
  readonly preview_places: PreviewPlaceRow;
  readonly operations: {
    readonly id: OperationId;
    readonly tenant_id: string;
    readonly kind: string;
    readonly target_kind: string;
    readonly target_id: string;
    readonly target_name: string;
    readonly status: string;
    /** The steps and what they need: pinned when the operation starts. */
    readonly definition_json: string;
    readonly problem_json: string | null;
    readonly created_at_ms: number;
    readonly created_by: string;
    readonly finished_at_ms: number | null;
    /** The instance of a server that runs it; null where an older release admitted it. */
    readonly owner: string | null;
    /** Rises with each change of owner: what an earlier owner still writes is refused. */
    readonly fence: number;
    /**
     * Time when a server resumes the operation even if nothing has happened; null unless it waits.
     */
    readonly wake_at_ms: number | null;
  };
  /** Counts the changes of a tenant's admission policies; the id is the tenant's. */
  readonly policy_changes: { readonly id: string; readonly changes: number };
  /** The last write that each server did to find out whether it can; its id is the server's. */
  readonly store_probes: {
    readonly id: string;
    readonly at_ms: number;
  };
  readonly leases: {
    /** Name of the work, such as `relay`, or `server/` and an instance as a sign of life. */
    readonly id: string;
    /** The instance that holds it. */
    readonly holder: string;
    /** Rises with each change of holder: what an earlier holder still writes is refused. */
    readonly fence: number;
    /** Expiry by the holder's own clock; 0 once released. */
    readonly expires_at_ms: number;
    /**
     * Progress of the work, for the next holder; its meaning depends on the work. For `server/`
     * leases, the level of the server: 0 for releases that have none.
     */
    readonly progress: number;
  };
  /** The durable log of each operation; what may run next follows from it alone. */
  readonly operation_log: {
    /** `operation_id` and `seq` joined by `/`. */
    readonly id: string;
    readonly operation_id: string;
    readonly seq: number;
    readonly entry_json: string;
    readonly at_ms: number;
  };
  /** Outbox: `position` is null until the relay publishes the event. */
  readonly events: {
    readonly id: string;
    readonly position: number | null;
    readonly tenant_id: string;
    readonly type: string;
    readonly source: string;
    readonly target: string;
    readonly priority: string;
    readonly data_json: string;
    readonly at_ms: number;
  };
  readonly idempotency_keys: {
    /** Tenant and key joined by `/`. */
    readonly id: string;
    readonly tenant_id: string;
    readonly request_hash: string;
    readonly resource_id: string;
    readonly operation_id: string;
    readonly created_at_ms: number;
    /** Id of the principal that created it; null in rows of earlier releases. */
    readonly created_by: string | null;
    /** The execution whose step sent it; null for all other callers. */
    readonly execution_id: string | null;
    /** The run that the answer belongs to; null where it belongs to every client with the key. */
    readonly claim: string | null;
    /** Until when that run is taken to be alive; null without a claim. */
    readonly lease_until_ms: number | null;
    /** Time when that run confirmed that it stores the answer; null before. */
    readonly delivered_at_ms: number | null;
  };
  /** Last configuration that a Terraform deployment applied: the baseline of drift. */
  readonly baselines: {
    /** The resource's id. */
    readonly id: string;
    readonly tenant_id: string;
    readonly resource_kind: ResourceKind;
    readonly deployment: string;
    readonly applied_json: string;
    readonly applied_at_ms: number;
    readonly applied_by: string;
    /** `adopt`: a user accepted the observed state; null or `apply`: Terraform applied it. */
    readonly origin: 'apply' | 'adopt' | null;
  };
  readonly audit: {
    readonly id: AuditId;
    readonly tenant_id: string;
    readonly at_ms: number;
    readonly principal: string;
    readonly client: string;
    readonly request_id: string;
    readonly operation: string;
    readonly outcome: string;
    readonly resource_kind: string;
    readonly resource_id: string;
    readonly resource_name: string;
    readonly changes_json: string;
    /** Kind of actor, with the values of drift causes; null in entries of earlier releases. */
    readonly principal_kind: string | null;
    /** Address that the call came from; null for NovaCron's own writes and in old entries. */
    readonly client_address: string | null;
    /** The API key of the call, also where it came with a token of that key. */
    readonly key_id: string | null;
    /** First characters of a refused secret; null unless it has the form of an API key. */
    readonly key_prefix: string | null;
    /** The author of the orchestration policy that acted; null for all other writes. */
    readonly on_behalf_of: string | null;
    /** Place in the chain of the tenant; null until the entry is chained. */
    readonly position: number | null;
    /** SHA-256 over the entry, its place and the hash before it, hexadecimal. */
    readonly hash: string | null;
  };
  /** The end of each tenant's audit chain; the id is the tenant's. */
  readonly audit_heads: { readonly id: string; readonly position: number; readonly hash: string };
  /** Keys that tokens are signed with; the id is the key's name in a token's header. */
  readonly signing_keys: {
    readonly id: string;
    readonly public_jwk_json: string;
    /** The private key as a JWK. Sealed where the store seals. */
    readonly private_sealed: string;
    readonly created_at_ms: number;
    /** Time after which its tokens are not accepted; null while it signs. */
    readonly retires_at_ms: number | null;
  };
  /** Authorities for certificates; there is one. */
  readonly authorities: {
    readonly id: string;
    readonly certificate_pem: string;
    /** The private key as PEM. Sealed where the store seals. */
    readonly private_sealed: string;
    readonly created_at_ms: number;
  };
  readonly enrollments: EnrollmentRow;
  /**
   * Start of each tenant's audit log; without a row, the log starts with its first entry. Id: the
   * tenant's.
   */
  readonly audit_checkpoints: {
    readonly id: string;
    /** Position and hash of the last entry that was forgotten. */
    readonly mark_json: string;
  };
  /** How far each tenant's audit log is verified. Id: the tenant's. */
  readonly audit_verifications: {
    readonly id: string;
    /** The last entry that was visited. */
    readonly position: number;
    /** Its hash; null if it cannot be read. */
    readonly hash: string | null;
    /** When the walk began at the start of the log. */
    readonly started_at_ms: number;
    /** When a walk last reached the end of the log; null: never. */
    readonly verified_at_ms: number | null;
    /** When an entry was last found changed or missing; null: not by a whole walk. */
    readonly broken_at_ms: number | null;
  };
  readonly drift_records: DriftRecordRow;
  readonly drift_marks: DriftMarksRow;
  readonly drift_scans: DriftScanRow;
  readonly drift_settings: DriftSettingsRow;
  readonly server_settings: ServerSettingsRow;
  readonly sealing_keys: SealingKeyRow;
  readonly sealing_progress: SealingProgressRow;
}

/** Names a table. Every table has a text column `id` that is its primary key. */
export type TableName = keyof Tables;
