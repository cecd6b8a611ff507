/**
 * The operations table. One row is one thing that NovaCron can be asked to do; REST, JSON-RPC, the
 * OpenAPI document, the typed client, the reference and the checks that they agree come out of it.
 */
import type { z } from 'zod';
import { approvalOperations } from '../access/approval-operations.ts';
import type { FeatureName } from '../access/feature.ts';
import type { Role } from '../access/identity.ts';
import { identityOperations } from '../access/identity-operations.ts';
import { secretOperations } from '../access/secret-operations.ts';
import { sessionOperations } from '../access/session-operations.ts';
import { tenantOperations } from '../access/tenant-operations.ts';
import { tokenOperations } from '../access/token-operations.ts';
import { settingsOperations } from '../administration/settings-operations.ts';
import { enrollmentOperations } from '../agent/enrollment-operations.ts';
import { auditOperations, auditVerificationOperations } from '../audit/audit-operations.ts';
import { automationOperations } from '../automation/automation-operations.ts';
import { notificationChannelOperations } from '../automation/notification-channel-operations.ts';
import { runbookOperations } from '../automation/runbook-operations.ts';
import { runnerOperations } from '../automation/runner-operations.ts';
import { workflowAnalysisOperations } from '../automation/workflow-analysis-operations.ts';
import { workflowOperations } from '../automation/workflow-operations.ts';
import { autonomyOperations } from '../autonomy/autonomy-operations.ts';
import { keysOf } from '../closed-table.ts';
import { complianceOperations } from '../compliance/compliance-operations.ts';
import { budgetOperations } from '../cost/budget-operations.ts';
import { costOperations } from '../cost/cost-operations.ts';
import { priceListOperations } from '../cost/price-list-operations.ts';
import { purchaseOperations } from '../cost/purchase-operations.ts';
import { driftOperations } from '../drift/drift-operations.ts';
import { eventOperations } from '../events/event-operations.ts';
import { capacityOperations } from '../fleet/capacity-operations.ts';
import { controlPlaneOperations } from '../fleet/control-plane-operations.ts';
import { fenceOperations } from '../fleet/fence-operations.ts';
import { lossOperations } from '../fleet/loss-operations.ts';
import { nodeOperations } from '../fleet/node-operations.ts';
import { optimizerOperations } from '../fleet/optimizer-operations.ts';
import { recommendationOperations } from '../fleet/recommendation-operations.ts';
import { usageOperations } from '../fleet/usage-operations.ts';
import { gitopsOperations } from '../gitops/application-operations.ts';
import { healingOperations } from '../healing/healing-operations.ts';
import { incidentOperations } from '../healing/incident-operations.ts';
import { learningOperations } from '../healing/learning-operations.ts';
import { reservationOperations } from '../kinds/reservation/reservation-operations.ts';
import { resourceOperations } from '../kinds/resource-operations.ts';
import { orchestrationOperations } from '../kinds/vm/orchestration-operations.ts';
import { placementOperations } from '../kinds/vm/placement-operations.ts';
import { previewOperations } from '../kinds/vm/placement-preview-operations.ts';
import { vmBatchOperations } from '../kinds/vm-batch/vm-batch-operations.ts';
import { alertOperations } from '../monitoring/alert-operations.ts';
import { anomalyOperations } from '../monitoring/anomaly-operations.ts';
import { correlationOperations } from '../monitoring/correlation-operations.ts';
import { forecastOperations } from '../monitoring/forecast-operations.ts';
import { metricOperations } from '../monitoring/metric-operations.ts';
import { summaryOperations } from '../monitoring/summary-operations.ts';
import { admissionOperations } from '../operation/admission-operations.ts';
import { backupOperations } from '../operation/backup-operations.ts';
import type { Listing } from '../operation/listing.ts';
import { longRunningOperations } from '../operation/long-running-operations.ts';
import type { ProblemCode } from '../problem/problem.ts';
import { terraformStateOperations } from '../terraform-state/terraform-state-operations.ts';
import { modelOperations } from '../training/model-operations.ts';

/** One row of the table. */
export interface OperationRow {
  /** One sentence for the reference. */
  readonly summary: string;
  /**
   * `write` changes what others see: it is decided by policies and audited. `note` keeps something
   * about the caller's own progress. `read` changes nothing.
   */
  readonly effect: 'read' | 'write' | 'note';
  /** The least role that may call it. */
  readonly role: Role;
  /** `anyone`: over REST it needs no credential besides what its input holds. */
  readonly access?: 'anyone';
  /** `platform`: only for people of the first tenant, who run NovaCron for all others. */
  readonly scope?: 'platform';
  /** The flag without which a tenant may not call it. */
  readonly feature?: FeatureName;
  readonly rest: {
    readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
    /** Below `/api/v2`; `{id}` stands for the input field of that name. */
    readonly path: string;
    readonly status: 200 | 201 | 202;
  };
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  /** Filters and sort fields of the list. */
  readonly listing?: Listing;
  /** Problems of its own, besides those that every operation can answer with. */
  readonly problems: readonly ProblemCode[];
  /** `key`: a repeat with the same `idempotency_key` answers again; `natural`: it is harmless. */
  readonly idempotency: 'none' | 'key' | 'natural';
  /**
   * `nothing`: the write leaves every field as it is configured, so the baseline that drift is
   * measured from stays, too.
   */
  readonly applies?: 'nothing';
}

/** Problems that any operation can answer with. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'validation-failed',
  'unauthenticated',
  'forbidden',
  'rate-limited',
  'payload-too-large',
  'unsupported-media-type',
  'unavailable',
  'store-damaged',
  'internal',
];

/** The type of some rows of the table: an interface extends only names. */
type Rows<T> = T;

/**
 * The whole table's type. An interface, because the compiler writes the type of an object that is
 * spread in full, and this one has become too long for that.
 */
export interface Operations
  extends Rows<typeof resourceOperations>,
    Rows<typeof nodeOperations>,
    Rows<typeof fenceOperations>,
    Rows<typeof incidentOperations>,
    Rows<typeof healingOperations>,
    Rows<typeof learningOperations>,
    Rows<typeof longRunningOperations>,
    Rows<typeof eventOperations>,
    Rows<typeof admissionOperations>,
    Rows<typeof orchestrationOperations>,
    Rows<typeof auditOperations>,
    Rows<typeof identityOperations>,
    Rows<typeof driftOperations>,
    Rows<typeof complianceOperations>,
    Rows<typeof autonomyOperations>,
    Rows<typeof placementOperations>,
    Rows<typeof vmBatchOperations>,
    Rows<typeof reservationOperations>,
    Rows<typeof optimizerOperations>,
    Rows<typeof recommendationOperations>,
    Rows<typeof priceListOperations>,
    Rows<typeof costOperations>,
    Rows<typeof purchaseOperations>,
    Rows<typeof gitopsOperations>,
    Rows<typeof budgetOperations>,
    Rows<typeof terraformStateOperations>,
    Rows<typeof capacityOperations>,
    Rows<typeof lossOperations>,
    Rows<typeof usageOperations>,
    Rows<typeof previewOperations>,
    Rows<typeof auditVerificationOperations>,
    Rows<typeof tokenOperations>,
    Rows<typeof sessionOperations>,
    Rows<typeof enrollmentOperations>,
    Rows<typeof tenantOperations>,
    Rows<typeof secretOperations>,
    Rows<typeof controlPlaneOperations>,
    Rows<typeof backupOperations>,
    Rows<typeof summaryOperations>,
    Rows<typeof alertOperations>,
    Rows<typeof metricOperations>,
    Rows<typeof anomalyOperations>,
    Rows<typeof correlationOperations>,
    Rows<typeof forecastOperations>,
    Rows<typeof modelOperations>,
    Rows<typeof settingsOperations>,
    Rows<typeof workflowOperations>,
    Rows<typeof automationOperations>,
    Rows<typeof workflowAnalysisOperations>,
    Rows<typeof runbookOperations>,
    Rows<typeof approvalOperations>,
    Rows<typeof runnerOperations>,
    Rows<typeof notificationChannelOperations> {}

/** Every operation by name, grouped by noun. */
export const operations: Operations = {
  ...resourceOperations,
  ...nodeOperations,
  ...fenceOperations,
  ...incidentOperations,
  ...healingOperations,
  ...learningOperations,
  ...longRunningOperations,
  ...eventOperations,
  ...admissionOperations,
  ...orchestrationOperations,
  ...auditOperations,
  ...identityOperations,
  ...driftOperations,
  ...complianceOperations,
  ...autonomyOperations,
  ...placementOperations,
  ...vmBatchOperations,
  ...reservationOperations,
  ...optimizerOperations,
  ...recommendationOperations,
  ...priceListOperations,
  ...costOperations,
  ...purchaseOperations,
  ...gitopsOperations,
  ...budgetOperations,
  ...terraformStateOperations,
  ...capacityOperations,
  ...lossOperations,
  ...usageOperations,
  ...previewOperations,
  ...auditVerificationOperations,
  ...tokenOperations,
  ...sessionOperations,
  ...enrollmentOperations,
  ...tenantOperations,
  ...secretOperations,
  ...controlPlaneOperations,
  ...backupOperations,
  ...summaryOperations,
  ...alertOperations,
  ...metricOperations,
  ...anomalyOperations,
  ...correlationOperations,
  ...forecastOperations,
  ...modelOperations,
  ...settingsOperations,
  ...workflowOperations,
  ...automationOperations,
  ...workflowAnalysisOperations,
  ...runbookOperations,
  ...approvalOperations,
  ...runnerOperations,
  ...notificationChannelOperations,
} as const satisfies Record<string, OperationRow>;

/** Names an operation. */
export type OperationName = keyof Operations;

/** Input that a caller sends. */
export type InputOf<Name extends OperationName> = z.input<Operations[Name]['input']>;

/** Input of an operation's handler, with defaults applied. */
export type ParsedInputOf<Name extends OperationName> = z.output<Operations[Name]['input']>;

/** Output of an operation. */
export type OutputOf<Name extends OperationName> = z.output<Operations[Name]['output']>;

/** All names, in the table's order. */
export function operationNames(): readonly OperationName[] {
  return keysOf(operations);
}

/** Whether a text names an operation. */
export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/** Describes the requirements for calling an operation, in sentences. */
export function describeNeeds({ access, role, scope, feature }: OperationRow): string {
  if (access === 'anyone') return 'Requires no API key: the input contains the credentials.';
  const words = [
    `Requires the role ${role}.`,
    ...(scope === 'platform' ? ['Only for the first tenant.'] : []),
    ...(feature === undefined ? [] : [`Requires the feature ${feature} of the tenant.`]),
  ];
  return words.join(' ');
}

/** The row of a name, as the plain interface. */
export function operationRow(name: OperationName): OperationRow {
  return operations[name];
}
