/** The nouns that commands are grouped by, and the ids that name them. */
import {
  AlertId,
  ApiKeyId,
  ApprovalId,
  AutonomousDecisionId,
  BudgetId,
  ComplianceAttestationId,
  ComplianceFindingId,
  DecisionId,
  EnrollmentId,
  GitopsApplicationId,
  IncidentId,
  ModelId,
  NodeId,
  NotificationChannelId,
  OperationId,
  PlacementPreviewId,
  PolicyAuthorId,
  PolicyDataId,
  PolicyDecisionId,
  PolicySigningKeyId,
  PolicyViolationId,
  PolicyWaiverId,
  PriceListId,
  ReservationId,
  RoleId,
  RunnerId,
  ScalingEventId,
  SecretId,
  SessionId,
  TenantId,
  TerraformStateId,
  WorkflowId,
} from '@novacron/contract/ids';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import type { ResourceNoun } from '@novacron/contract/schema/resource-definition';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { z } from 'zod';

/** Description of a contract's noun on the command line. */
type Noun = Pick<ResourceNoun, 'words' | 'description'> &
  Partial<ResourceNoun> & {
    /** The nouns whose ids it takes as its own: a baseline has the id of its resource. */
    readonly idsOf?: readonly string[];
  };

/** The nouns of the kinds of resources, which are part of their definitions. */
const RESOURCE_NOUNS: Readonly<Record<string, Noun>> = Object.fromEntries(
  Object.entries(RESOURCE_DEFINITIONS).map(([kind, { noun }]) => [kind, noun]),
);

/**
 * Nouns by their name in the operations table. A noun that is missing here still gets its commands;
 * it only has no words of its own and its ids are not found by name.
 */
export const NOUNS: Readonly<Record<string, Noun>> = {
  ...RESOURCE_NOUNS,
  policy_decision: {
    words: 'policy decision',
    description: 'Policy decisions: recorded policy evaluations',
    id: PolicyDecisionId,
    prefix: 'pdec',
  },
  policy_data: {
    words: 'data document',
    description: 'Data documents: JSON that policies read below `data`',
    id: PolicyDataId,
    prefix: 'pdat',
  },
  policy_violation: {
    words: 'policy violation',
    description: 'Policy violations: existing resources that violate policies',
    id: PolicyViolationId,
    prefix: 'pvio',
  },
  compliance: {
    words: 'compliance',
    description: 'Compliance: scores of standards, and findings of checks',
  },
  compliance_attestation: {
    group: 'compliance attestation',
    words: 'compliance attestation',
    description: 'Attestations: what people say about requirements that they judge',
    id: ComplianceAttestationId,
  },
  compliance_finding: {
    group: 'compliance finding',
    words: 'compliance finding',
    description: 'Compliance findings: resources, keys and nodes that fail a check',
    id: ComplianceFindingId,
    prefix: 'cfnd',
  },
  compliance_settings: {
    group: 'compliance settings',
    words: 'compliance settings',
    description: 'Compliance settings: checks that are corrected automatically',
  },
  policy_author: {
    words: 'policy author',
    description: 'Policy authors: keys trusted to sign policies',
    id: PolicyAuthorId,
    prefix: 'pau',
  },
  policy_signing_key: {
    group: 'admin policy-signing-key',
    words: 'policy signing key',
    description: 'Policy signing keys: keys the server signs accepted policies with',
    id: PolicySigningKeyId,
    prefix: 'psk',
  },
  policy_waiver: {
    words: 'policy waiver',
    description: 'Policy waivers: temporary exceptions from policies and checks',
    id: PolicyWaiverId,
    prefix: 'pwv',
  },
  scaling: {
    words: 'VM group',
    idsOf: ['vm_group'],
    description: 'Scaling: automatic sizing of VM groups',
  },
  autonomous_decision: {
    words: 'autonomous decision',
    description: 'Autonomous decisions: what a trained model decided for VM groups',
    id: AutonomousDecisionId,
    prefix: 'adec',
    aliases: ['decision'],
  },
  autonomy_settings: {
    group: 'autonomous-decision settings',
    words: 'autonomy settings',
    description: 'Autonomy settings: whether autonomous decisions are carried out',
  },
  scaling_event: {
    words: 'scaling event',
    description: 'Scaling events: size changes of VM groups, with their reasons',
    id: ScalingEventId,
    prefix: 'sce',
  },
  orchestration: {
    words: 'orchestration',
    description: 'Orchestration: automatic decisions',
  },
  incident: {
    words: 'incident',
    description: 'Incidents: failures of VMs and nodes',
    id: IncidentId,
    prefix: 'inc',
  },
  alert: {
    words: 'alert',
    description:
      'Alerts: conditions reported by orchestration policies, Alertmanager and watched metrics',
    id: AlertId,
    prefix: 'alt',
  },
  metric: {
    words: 'metric',
    description: 'Metrics: time series of VMs, VM groups, tenants and the fleet',
  },
  healing: {
    words: 'healing',
    description: 'Healing: automatic restarts and recoveries',
  },
  node: { words: 'node', description: 'Nodes: hypervisor hosts', id: NodeId, prefix: 'node' },
  optimizer: {
    words: 'optimizer',
    description: 'Optimizer: recommendations, and live migrations that improve the fleet',
  },
  capacity: {
    words: 'capacity',
    description: 'Capacity: free capacity, now and after a failure, and when it runs out',
  },
  operation: {
    words: 'operation',
    description: 'Operations: long-running changes',
    id: OperationId,
    prefix: 'op',
  },
  placement_decision: {
    words: 'placement decision',
    description: 'Placement decisions: chosen nodes, with reasons and confidence',
    id: DecisionId,
    prefix: 'dec',
  },
  placement_preview: {
    words: 'placement preview',
    description: 'Placement previews: planned nodes of VMs',
    id: PlacementPreviewId,
    prefix: 'ppv',
  },
  budget: {
    words: 'budget',
    description: 'Budgets: limits of what the resources of tenants cost',
    id: BudgetId,
    prefix: 'bud',
  },
  gitops_application: {
    group: 'gitops app',
    words: 'GitOps application',
    description: 'GitOps applications: directories of Git repositories that decide what runs',
    id: GitopsApplicationId,
    prefix: 'gapp',
  },
  terraform_state: {
    words: 'Terraform state',
    description: 'States of Terraform that the server keeps for its backend http',
    id: TerraformStateId,
    prefix: 'tfst',
  },
  model: {
    words: 'model',
    description: 'Models: learn a metric, and act while better than a rule',
    id: ModelId,
    prefix: 'mdl',
  },
  model_settings: {
    group: 'model settings',
    words: 'model settings',
    description: 'Model settings: thresholds of each environment',
  },
  price_list: {
    words: 'price list',
    description: 'Price lists: what VMs, volumes, snapshots and images cost',
    id: PriceListId,
    prefix: 'plst',
  },
  cost: {
    words: 'cost',
    description: 'Costs: what resources have cost, and will cost',
  },
  reservation: {
    words: 'reservation',
    description: 'Reservations: capacity reserved for VMs until a deadline',
    id: ReservationId,
    prefix: 'rsv',
  },
  api_key: {
    words: 'API key',
    description: 'API keys: credentials for the server',
    id: ApiKeyId,
    prefix: 'key',
  },
  role: {
    words: 'role',
    description: 'Roles: the operations an API key may call',
    id: RoleId,
    prefix: 'role',
  },
  secret: {
    words: 'secret',
    description: 'Secrets: write-only values for automation',
    id: SecretId,
    prefix: 'sec',
  },
  notification_channel: {
    words: 'notification-channel',
    description: 'Notification channels: where workflows send messages to people',
    id: NotificationChannelId,
    prefix: 'nch',
  },
  tenant: {
    words: 'tenant',
    description: 'Tenants: owners of resources, with quotas',
    id: TenantId,
    prefix: 'tnt',
  },
  session: {
    words: 'session',
    description: 'Sessions: signed-in browsers',
    id: SessionId,
    prefix: 'ses',
  },
  token: { words: 'token', description: 'Tokens: short-lived credentials signed by the server' },
  enrollment: {
    group: 'admin enrollment',
    words: 'enrollment',
    description: 'Enrollments: certificates of agents and runners',
    id: EnrollmentId,
    prefix: 'enr',
  },
  control_plane: {
    group: 'admin control-plane',
    words: 'control plane',
    description: 'Control plane: the servers that agents take orders from',
  },
  bus: {
    group: 'admin bus',
    words: 'bus',
    description: 'Bus: NATS configuration and certificate authority',
  },
  signing_key: {
    group: 'admin signing-key',
    words: 'signing key',
    description: 'Signing keys: keys that tokens are signed with',
  },
  backup: {
    group: 'admin backup',
    words: 'backup',
    description: 'Backups: copies of the store at the backup target',
  },
  sealing_key: {
    group: 'admin sealing-key',
    words: 'sealing key',
    description: 'Sealing keys: keys that encrypt secrets in the store',
  },
  reconciler: {
    group: 'admin reconciler',
    words: 'reconciler',
    description: 'Reconcilers: background work and its state',
  },
  placement: { words: 'VM', description: 'Placement: why a VM is on its node' },
  vm_batch: {
    group: 'admin vm-batch',
    words: 'batch of VMs',
    description: 'VM batches: VMs created together',
  },
  drift: { words: 'drift', description: 'Drift: changes made outside Terraform' },
  drift_baseline: {
    group: 'drift baseline',
    words: 'baseline',
    idsOf: RESOURCE_KINDS,
    description: 'Drift baselines: the state that drift is measured against',
  },
  settings: {
    words: 'settings',
    description: 'Settings: server configuration, including changes at runtime',
  },
  drift_settings: {
    group: 'drift settings',
    words: 'drift settings',
    description: 'Drift settings: thresholds and automatic remediation',
  },
  workflow: {
    words: 'workflow',
    description: 'Workflows and runbooks: steps that depend on each other',
    id: WorkflowId,
    prefix: 'wf',
  },
  automation: {
    words: 'automation',
    description: 'Automation: holds on all workflows and runbooks',
  },
  runbook: {
    words: 'runbook',
    description: 'Runbooks: workflows that people follow in an incident',
  },
  execution: {
    words: 'execution',
    idsOf: ['operation'],
    description: 'Executions: runs of workflows and runbooks',
  },
  runner: {
    group: 'workflow runner',
    words: 'runner',
    description: 'Runners: run the commands of workflows of one tenant',
    id: RunnerId,
    prefix: 'rnr',
  },
  approval: {
    words: 'approval',
    description: 'Approvals: questions that wait for the votes of people',
    id: ApprovalId,
    prefix: 'apr',
  },
  event: { words: 'event', description: 'Events: the event log' },
  audit: { words: 'audit entry', description: 'Audit: the log of changes and their authors' },
};

/** The noun whose ids carry a prefix. */
export function nounOfPrefix(prefix: string): string | undefined {
  return Object.keys(NOUNS).find((noun) => NOUNS[noun]?.prefix === prefix);
}

/** Whether a text has the form of an id of one of the nouns. */
export function isIdOf(nouns: readonly string[], text: string): boolean {
  return nouns.some((noun) => NOUNS[noun]?.id?.safeParse(text).success === true);
}

/** What operations are about, where that is not the noun of their command. */
const SUBJECTS: Readonly<Record<string, string>> = {
  'model.forecasts': 'forecast model',
  'model.versions': 'version',
  'optimizer.apply': 'recommendation',
  'optimizer.recommend': 'recommendation',
};

/** One of a noun, in words: `VM`. @param operation - of the command */
export function wordsOf(noun: string, operation = ''): string {
  return SUBJECTS[operation] ?? NOUNS[noun]?.words ?? noun.replaceAll('_', ' ');
}

/** Incidents and alerts are called by what they are about. */
export function isAbout(noun: string): boolean {
  return noun === 'incident' || noun === 'alert';
}

/** Whether a noun is found by name: its list has names. Operations and decisions only have ids. */
export function hasNames(noun: string): boolean {
  const operation = `${noun}.list`;
  if (!isOperationName(operation)) return false;
  const { output } = operationRow(operation);
  const items = output instanceof z.ZodObject ? output.shape.items : undefined;
  const item = items instanceof z.ZodArray ? items.element : undefined;
  return isAbout(noun) || (item instanceof z.ZodObject && Object.hasOwn(item.shape, 'name'));
}
