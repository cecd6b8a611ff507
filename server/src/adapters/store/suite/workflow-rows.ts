/** Rows of the tables about workflows, for the tests of stores. */
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { ExecutionPlaceRow } from '../../../ports/tables/automation/execution-place-rows.ts';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import type { RunnerRow } from '../../../ports/tables/automation/runner-row.ts';
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
} from '../../../ports/tables/automation/workflow-rows.ts';

/** A row of `workflows` with a value in every column. */
export const WORKFLOW_ROW: WorkflowRow = {
  id: 'wf_a',
  tenant_id: 'tnt_a',
  name: 'provision',
  kind: 'workflow',
  enabled: 1,
  version: 1,
  text: 'name: provision',
  digest: 'a1',
  bundle: null,
  run_as_json: null,
  revision: 1,
  created_at_ms: 1,
  created_by: 'admin',
  updated_at_ms: 1,
  updated_by: 'admin',
};

/** A row of `workflow_versions`. */
export const WORKFLOW_VERSION_ROW: WorkflowVersionRow = {
  id: 'wf_a/000000001',
  tenant_id: 'tnt_a',
  workflow_id: 'wf_a',
  version: 1,
  text: 'name: provision',
  digest: 'a1',
  bundle: null,
  created_at_ms: 1,
  created_by: 'admin',
  created_by_person: null,
};

/** A row of `workflow_bundles`. */
export const WORKFLOW_BUNDLE_ROW: WorkflowBundleRow = {
  id: 'wf_a/b1',
  tenant_id: 'tnt_a',
  workflow_id: 'wf_a',
  files_json: '[{"path":"site.yml","text":"[]"}]',
};

/** A row of `gitops_applications`. */
export const GITOPS_APPLICATION_ROW: GitopsApplicationRow = {
  id: 'gapp_a',
  tenant_id: 'tnt_a',
  name: 'web',
  environment: 'production',
  workflow_id: 'wf_a',
  spec_json: '{}',
  synced_json: '{}',
  status_json: '{}',
  health_status: 'healthy',
  revision: 1,
  created_at_ms: 1,
  created_by: 'admin',
  updated_at_ms: 1,
  updated_by: 'admin',
};

/** A row of `execution_steps`. */
export const EXECUTION_STEP_ROW: ExecutionStepRow = {
  id: 'op_a/create#1',
  tenant_id: 'tnt_a',
  execution_id: 'op_a',
  step: 'create',
  operation_id: 'op_b',
  result: 'succeeded',
  outputs_json: '{}',
  order_json: null,
  sender_json: null,
  at_ms: 1,
};

/** A row of `execution_artifacts`. */
export const EXECUTION_ARTIFACT_ROW: ExecutionArtifactRow = {
  id: 'op_a/read#1/plan',
  tenant_id: 'tnt_a',
  execution_id: 'op_a',
  step: 'read',
  attempt: 'read#1',
  name: 'plan',
  bytes: 5,
  sha256: 'b5bb9d80',
  content: 'blob_a',
  created_at_ms: 1,
};

/** A row of `execution_logs`. */
export const EXECUTION_LOG_ROW: ExecutionLogRow = {
  id: 'op_a/read#1',
  tenant_id: 'tnt_a',
  execution_id: 'op_a',
  step: 'read',
  attempt: 'read#1',
  text: 'ready',
  dropped_bytes: 0,
  at_ms: 1,
};

/** A row of `runners`. */
export const RUNNER_ROW: RunnerRow = {
  id: 'rnr_a',
  tenant_id: 'tnt_a',
  enrollment_id: 'enr_a',
  name: 'runner-01',
  start: '0',
  version: '0.1.0',
  capabilities_json: '["command"]',
  labels_json: '{}',
  network: 'none',
  places: 4,
  running: 0,
  created_at_ms: 1,
  last_seen_at_ms: 2,
};

/** A row of `execution_slas`. */
export const EXECUTION_SLA_ROW: ExecutionSlaRow = {
  id: 'op_a',
  tenant_id: 'tnt_a',
  warn_ms: 1,
  breach_ms: 2,
  escalate_ms: 3,
  due_ms: 2,
  warned_ms: 1,
  breached_ms: null,
  escalated_ms: null,
};

/** A row of `schedule_moments`. */
export const SCHEDULE_MOMENT_ROW: ScheduleMomentRow = {
  id: 'wf_a/ab12/60000',
  tenant_id: 'tnt_a',
  execution_id: 'op_a',
  source: 'backfill',
};

/** A row of `execution_signals`. */
export const EXECUTION_SIGNAL_ROW: ExecutionSignalRow = {
  id: 'op_a/built',
  tenant_id: 'tnt_a',
  execution_id: 'op_a',
  name: 'built',
  state: 'received',
  data_json: '{}',
  sent_by: 'ci',
  sent_at_ms: 1,
};

/** A row of `execution_places`. */
export const EXECUTION_PLACE_ROW: ExecutionPlaceRow = {
  id: 'op_a',
  tenant_id: 'tnt_a',
  group_id: 'concurrency/a1',
  state: 'queued',
  seq: 2,
  limit_max: 1,
  superseded_by: 'op_b',
};

/** A row of `approvals`. */
export const APPROVAL_ROW: ApprovalRow = {
  id: 'apr_a',
  tenant_id: 'tnt_a',
  subject_kind: 'execution',
  subject_id: 'op_a',
  subject_name: 'provision',
  operation_id: 'op_a',
  question: 'op_a/ask#1',
  kind: 'approval',
  status: 'pending',
  required: 1,
  message: 'May it run?',
  details_json: '{"step":"ask","workflow_id":"wf_a"}',
  subject_json: '{}',
  digest: 'a1',
  votes_json: '[]',
  revision: 1,
  created_at_ms: 1,
  created_by: 'admin',
  expires_at_ms: 2,
  ended_at_ms: null,
};

/** A row of `workflow_triggers`. */
export const WORKFLOW_TRIGGER_ROW: WorkflowTriggerRow = {
  id: 'wf_a/0011223344556677',
  tenant_id: 'tnt_a',
  workflow_id: 'wf_a',
  kind: 'schedule',
  version: 1,
  spec_json: '{"cron":"0 3 * * *"}',
  author_json: '{"id":"key_a"}',
  state: 'on',
  since_ms: 1,
  reached: 1,
  next_ms: 2,
  started_id: 'op_a',
  outcome: 'started',
  at_ms: 1,
};

/** A row of `webhook_deliveries`. */
export const WEBHOOK_DELIVERY_ROW: WebhookDeliveryRow = {
  id: 'wf_a/0011223344556677',
  tenant_id: 'tnt_a',
  execution_id: 'op_a',
  expires_at_ms: 1,
};
