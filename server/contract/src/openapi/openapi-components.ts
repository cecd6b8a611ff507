/** The components of the OpenAPI document: answers with names of their own, and their fields. */
import type { z } from 'zod';
import { Approval, ApprovalSummary } from '../access/approval.ts';
import { ApiKey } from '../access/identity.ts';
import { CustomRole } from '../access/role.ts';
import { Secret } from '../access/secret.ts';
import { Tenant } from '../access/tenant.ts';
import { ServerSettings } from '../administration/server-settings.ts';
import { AdmissionPreview, AdmissionWarning } from '../admission/admission.ts';
import { PolicyVerdict } from '../admission/policy-verdict.ts';
import { AuditEntry } from '../audit/audit.ts';
import { Execution, ExecutionSummary } from '../automation/execution.ts';
import { NotificationChannel } from '../automation/notification-channel.ts';
import { Runner } from '../automation/runner-operations.ts';
import { Workflow, WorkflowSummary } from '../automation/workflow.ts';
import { AutonomousDecision, AutonomySettings } from '../autonomy/autonomous-decision.ts';
import { ComplianceFinding } from '../compliance/compliance.ts';
import { ComplianceSettings } from '../compliance/compliance-correction.ts';
import { Budget } from '../cost/budget.ts';
import { PriceListShown } from '../cost/price-list.ts';
import { Baseline as DriftBaseline, DriftRecord } from '../drift/drift.ts';
import { DriftSettings } from '../drift/drift-remediation.ts';
import { Event } from '../events/event.ts';
import { Node } from '../fleet/node.ts';
import { GitopsApplication } from '../gitops/application.ts';
import { PolicyData, PolicyDataSummary } from '../kinds/policy/policy-data.ts';
import { PolicyDecisionRecord } from '../kinds/policy/policy-decision.ts';
import { PolicyAuthor, PolicySigningKey } from '../kinds/policy/policy-signing.ts';
import { PolicyViolation, PolicyWaiver } from '../kinds/policy/policy-violation.ts';
import { Reservation } from '../kinds/reservation/reservation.ts';
import { RESOURCE_DEFINITIONS } from '../kinds/resource-kinds.ts';
import { PlacementBatch } from '../kinds/vm-batch/placement-batch.ts';
import { ScalingEvent } from '../kinds/vm-group/scaling-event.ts';
import { ScalingHold } from '../kinds/vm-group/scaling-operations.ts';
import { Operation } from '../operation/operation.ts';
import { graphqlTypeOf } from '../operations-table/graphql-names.ts';
import { PlacementDecision } from '../placement/placement.ts';
import { PlacementPreview } from '../placement/placement-preview.ts';
import { ProblemDocument } from '../problem/problem.ts';
import type { FieldTable } from '../schema/field.ts';
import { TerraformState } from '../terraform-state/terraform-state.ts';
import { Model, ModelSettings, ModelVersion } from '../training/model.ts';

/** Components that are not resources. */
const PLATFORM_COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  AdmissionPreview,
  AdmissionWarning,
  ApiKey,
  Approval,
  ApprovalSummary,
  AuditEntry,
  Budget,
  GitopsApplication,
  TerraformState,
  Model,
  ModelVersion,
  ModelSettings,
  CustomRole,
  DriftBaseline,
  DriftRecord,
  DriftSettings,
  Event,
  Execution,
  ExecutionSummary,
  Node,
  NotificationChannel,
  Operation,
  PlacementBatch,
  PlacementDecision,
  PlacementPreview,
  PriceList: PriceListShown,
  PolicyAuthor,
  PolicyData,
  PolicyDataSummary,
  PolicyDecision: PolicyDecisionRecord,
  PolicySigningKey,
  PolicyVerdict,
  AutonomousDecision,
  AutonomySettings,
  ComplianceFinding,
  ComplianceSettings,
  PolicyViolation,
  PolicyWaiver,
  ProblemDocument,
  Reservation,
  Runner,
  ScalingEvent,
  ScalingHold,
  Secret,
  ServerSettings,
  Tenant,
  Workflow,
  WorkflowSummary,
};

/** The kinds of resources by the names of their components. */
const KINDS_BY_COMPONENT = Object.entries(RESOURCE_DEFINITIONS).map(
  ([kind, definition]) => [graphqlTypeOf(kind), definition] as const,
);

/** Schemas that are components of the document, by name and in alphabetical order. */
export const COMPONENTS: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  [
    ...Object.entries(PLATFORM_COMPONENTS),
    ...KINDS_BY_COMPONENT.map(([name, { resource }]) => [name, resource] as const),
  ].sort(([left], [right]) => (left < right ? -1 : 1)),
);

/** Field tables by component, for examples and defaults. */
export const TABLES: Readonly<Record<string, FieldTable>> = Object.fromEntries(
  KINDS_BY_COMPONENT.map(([name, { table }]) => [name, table]),
);
