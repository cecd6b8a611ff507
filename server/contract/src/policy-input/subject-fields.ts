/** The fields of every kind that policies are asked about, as `input.resource` contains them. */

import { z } from 'zod';
import { ApprovalSummary } from '../access/approval.ts';
import { FeatureOverrides } from '../access/feature.ts';
import { RoleName } from '../access/identity.ts';
import { CustomRole } from '../access/role.ts';
import { Secret } from '../access/secret.ts';
import { Session } from '../access/session.ts';
import { QuotaSettings, Tenant } from '../access/tenant.ts';
import { AutomationHold } from '../automation/automation-operations.ts';
import { NotificationChannel, NotificationTarget } from '../automation/notification-channel.ts';
import { ModelDraft } from '../automation/runbook-draft.ts';
import { Runner } from '../automation/runner-operations.ts';
import { Workflow } from '../automation/workflow.ts';
import { keysOf } from '../closed-table.ts';
import { ComplianceAttestationCreate } from '../compliance/compliance.ts';
import { BudgetUpdate } from '../cost/budget.ts';
import { PriceListCreate } from '../cost/price-list.ts';
import { DriftSettingsUpdate } from '../drift/drift-remediation.ts';
import { Node } from '../fleet/node.ts';
import { GitopsApplicationUpdate, GitopsHealth } from '../gitops/application.ts';
import { HealingHold } from '../healing/healing-operations.ts';
import { Incident } from '../healing/incident.ts';
import { PolicyData } from '../kinds/policy/policy-data.ts';
import { PolicyAuthor } from '../kinds/policy/policy-signing.ts';
import { PolicyWaiver } from '../kinds/policy/policy-violation.ts';
import { RESOURCE_DEFINITIONS } from '../kinds/resource-kinds.ts';
import { Alert } from '../monitoring/alert-operations.ts';
import { MetricWatch } from '../monitoring/anomaly-operations.ts';
import { Operation } from '../operation/operation.ts';
import { describeField, type FieldTable } from '../schema/field.ts';
import { Timestamp } from '../schema/resource.ts';
import { RESOURCE_KINDS, type ResourceKind } from '../schema/resource-kind.ts';
import { TerraformState } from '../terraform-state/terraform-state.ts';
import { Model, ModelEnvironment, ModelSettings } from '../training/model.ts';

/** Schemas of fields, by the name of the field. */
type Shape = Readonly<Record<string, z.ZodType>>;

const reason = z.string().describe('Why, in the words of the person who does it');

/** The fields that writes of other nouns than resources put into the input. */
const OTHER_SUBJECTS = {
  node: {
    status: Node.shape.status,
    power: Node.shape.power,
    fenced: z.boolean().describe('Whether it is known to be off'),
    cut_off: z.array(z.string()).describe('Storage pools from which it is cut off'),
    force: z.boolean().describe('Whether it is done although the node does not answer'),
    goal: z.string().describe('What a drain is for'),
    moves: z.int().describe('Number of VMs that are moved'),
    emptied: z.array(z.string()).describe('Names of nodes that are emptied'),
    maintenance_until: Timestamp,
    reason,
  },
  fleet: {
    goal: z.string().describe('What the VMs are moved for'),
    moves: z.int().describe('Number of VMs that are moved'),
    emptied: z.array(z.string()).describe('Names of nodes that are emptied'),
  },
  reservation: { ...shapeOfTable(RESOURCE_DEFINITIONS.vm.table), deadline: Timestamp },
  api_key: { role: RoleName },
  session: {
    principal: Session.shape.principal,
    method: Session.shape.method,
  },
  token: { role: RoleName, expires_in_seconds: z.int() },
  operation: {
    kind: Operation.shape.kind,
    target_kind: z.string().describe('Kind of what it changes'),
    target_id: z.string(),
    target_name: z.string(),
  },
  enrollment: {
    node: z.string().describe('Name of the node; empty for a runner'),
    runner: z.string().nullable().describe('Name of the runner; null for an agent'),
    tenant_id: z.string().nullable().describe('The tenant of the runner; null for an agent'),
  },
  compliance_attestation: {
    ...ComplianceAttestationCreate.shape,
    valid_until: Timestamp,
  },
  policy_author: { public_key: PolicyAuthor.shape.public_key },
  policy_signing_key: {},
  policy_data: {
    path: PolicyData.shape.path,
    version: PolicyData.shape.version,
    sha256: PolicyData.shape.sha256,
    size_bytes: PolicyData.shape.size_bytes,
  },
  price_list: {
    currency: PriceListCreate.shape.currency,
    valid_from: Timestamp,
    node_classes: PriceListCreate.shape.node_classes.unwrap(),
    generic: PriceListCreate.shape.generic.unwrap(),
    instance_types: PriceListCreate.shape.instance_types.unwrap(),
    volume_gb: PriceListCreate.shape.volume_gb.unwrap(),
    addresses: PriceListCreate.shape.addresses.unwrap(),
    snapshot_gb: PriceListCreate.shape.snapshot_gb.unwrap(),
    image_gb: PriceListCreate.shape.image_gb.unwrap(),
  },
  budget: { tenant_id: z.string().describe('Tenant whose costs it limits'), ...BudgetUpdate.shape },
  terraform_state: {
    version: TerraformState.shape.version,
    serial: TerraformState.shape.serial,
    lineage: TerraformState.shape.lineage,
    lock_id: z.string().nullable().describe('Id of the lock; null: not locked'),
  },
  model: {
    target: Model.shape.target,
    features: Model.shape.features,
    environment: ModelEnvironment,
    version: z.int().describe('Version that is trained or promoted'),
    champion: z.int().describe('Champion of the environment before'),
    challenger: z.int().describe('Version that a trial tries'),
  },
  gitops_application: {
    ...GitopsApplicationUpdate.shape,
    synced_commit: z.string().describe('Commit that a sync records'),
    resources: z.int().describe('Resources that the application manages after a sync'),
    in_sync: z.boolean().describe('Whether they are as the commit says'),
    health: GitopsHealth,
    create: z.int().describe('Number of resources that a sync created'),
    update: z.int().describe('Number of resources that a sync changed'),
    replace: z.int().describe('Number of resources that a sync replaced'),
    delete: z.int().describe('Number of resources that a sync deleted'),
  },
  policy_waiver: {
    policy_id: PolicyWaiver.shape.policy_id,
    check: PolicyWaiver.shape.check,
    policy: PolicyWaiver.shape.policy,
    resource_kind: z.string().describe('Kind of the resource'),
    resource_name: PolicyWaiver.shape.resource_name,
    owner: PolicyWaiver.shape.owner,
    reason: PolicyWaiver.shape.reason,
    compensating_control: PolicyWaiver.shape.compensating_control,
    expires_at: PolicyWaiver.shape.expires_at,
  },
  tenant: {
    description: Tenant.shape.description,
    quotas: QuotaSettings,
    features: FeatureOverrides,
    ...DriftSettingsUpdate.shape,
    ...ModelSettings.shape,
  },
  autonomy_settings: { mode: z.string(), min_confidence: z.number() },
  autonomous_decision: { action: z.string(), reason: z.string() },
  compliance_settings: { auto_remediate: z.array(z.string()), auto_per_hour_max: z.int() },
  secret: {
    description: Secret.shape.description,
    version: Secret.shape.version,
    allowed: Secret.shape.allowed,
  },
  role: { description: CustomRole.shape.description, operations: z.array(z.string()) },
  control_plane: {
    confirm: z.string().describe('Id of the control plane that is taken over'),
    nodes: z.array(z.string()).describe('Names of the nodes that followed it'),
  },
  incident: {
    state: Incident.shape.state,
    acknowledged_by: Incident.shape.acknowledged_by,
    comment: z.string(),
    silenced_until: Timestamp,
  },
  alert: {
    state: Alert.shape.state,
    acknowledged_by: Alert.shape.acknowledged_by,
    note: z.string(),
    silenced_until: Timestamp,
  },
  metric: {
    target_kind: z.string().describe('Kind of what is measured, such as vm, tenant or fleet'),
    target_id: z.string().describe('Id of what is measured'),
    names: z
      .array(z.string())
      .describe('Names of the metrics whose series begin, or that are imported or watched'),
    samples: z.int().describe('Number of imported samples'),
    from: Timestamp.describe('Time of the first imported sample'),
    to: Timestamp.describe('Time of the last imported sample'),
    threshold: MetricWatch.shape.threshold,
    severity: MetricWatch.shape.severity,
  },
  healing: {
    scope: HealingHold.shape.scope,
    until: Timestamp,
    since: Timestamp,
    reason,
  },
  automation: {
    scope: AutomationHold.shape.scope,
    until: Timestamp,
    cancel: z.boolean().describe('Whether the executions that have not ended are cancelled'),
    reason,
  },
  scaling: { until: Timestamp, reason },
  execution: {
    workflow: z.string().describe('Name of the workflow'),
    workflow_id: z.string().describe('Id of the workflow'),
    signal: z.string().describe('Name of the signal that is sent'),
  },
  approval: {
    subject_kind: ApprovalSummary.shape.subject_kind,
    subject_id: ApprovalSummary.shape.subject_id,
    subject_name: ApprovalSummary.shape.subject_name,
    details: ApprovalSummary.shape.details,
    required: z.int().describe('Number of approvals required'),
    approved: z.int().describe('How many have approved'),
    person: z.string().describe('Who votes'),
    vote: z.string().describe('approve or deny'),
  },
  notification_channel: {
    description: NotificationChannel.shape.description,
    type: NotificationChannel.shape.type,
    ...NotificationTarget.shape,
  },
  runner: {
    status: Runner.shape.status,
    labels: Runner.shape.labels,
    network: Runner.shape.network,
  },
  runbook: {
    cause: ModelDraft.shape.cause,
    host: ModelDraft.shape.host,
    model: ModelDraft.shape.model,
    send: z.boolean().describe('Whether the request leaves the server'),
    save: z.boolean().describe('Whether the draft is stored, disabled'),
  },
  workflow: {
    kind: Workflow.shape.kind,
    enabled: Workflow.shape.enabled.unwrap(),
    version: Workflow.shape.version,
    digest: Workflow.shape.digest,
    tasks: z.array(z.string()).describe('Names of the operations that its steps call'),
    moments: z.int().describe('Moments of a schedule that are started afterwards'),
    run_as: z.string().describe('Name of the API key that its steps act as'),
    authorized: z.boolean().describe('Whether an admin lets the text run as that key'),
    only_step: z.string().describe('The step that runs without the others'),
  },
} as const satisfies Readonly<Record<string, Shape>>;

/** A kind that policies are asked about: `type` in the input. */
export type SubjectKind = ResourceKind | keyof typeof OTHER_SUBJECTS;

/** All of these kinds. */
export const SUBJECT_KINDS: readonly SubjectKind[] = [...RESOURCE_KINDS, ...keysOf(OTHER_SUBJECTS)];

/** Fields that a write adds to those that people set. */
const FURTHER_FIELDS: Readonly<Partial<Record<ResourceKind, Shape>>> = {
  vm_group: { size: z.int().describe('Number of members, where a group is scaled') },
};

/** Returns the fields of a kind, by their names; none of its id and name. */
export function subjectFields(kind: SubjectKind): Shape {
  if (isOther(kind)) return OTHER_SUBJECTS[kind];
  return { ...shapeOfTable(RESOURCE_DEFINITIONS[kind].table), ...FURTHER_FIELDS[kind] };
}

function isOther(kind: SubjectKind): kind is keyof typeof OTHER_SUBJECTS {
  return Object.hasOwn(OTHER_SUBJECTS, kind);
}

/** The fields that people set: no computed ones, and no secrets. */
function shapeOfTable(table: FieldTable): Shape {
  const rows = Object.entries(table).filter(
    ([, row]) => row.presence !== 'computed' && row.secrecy !== 'write-only',
  );
  return Object.fromEntries(
    rows.map(([name, row]) => [name, row.schema.describe(describeField(row))]),
  );
}
