/** The answers that the OpenAPI document calls by names of their own, and their tables. */
import type { z } from 'zod';
import { AdmissionPreview, AdmissionWarning } from './admission.ts';
import { AuditEntry } from './audit.ts';
import { Baseline as DriftBaseline, DriftRecord } from './drift.ts';
import { DriftSettings } from './drift-remediation.ts';
import { Event } from './event.ts';
import type { FieldTable } from './field.ts';
import { ApiKey } from './identity.ts';
import { NETWORK_FIELDS, Network } from './network.ts';
import { Node } from './node.ts';
import { Operation } from './operation.ts';
import { ORCHESTRATION_POLICY_FIELDS, StoredOrchestrationPolicy } from './orchestration-policy.ts';
import { PlacementDecision } from './placement.ts';
import { PlacementBatch } from './placement-batch.ts';
import { PlacementPreview } from './placement-preview.ts';
import { POLICY_FIELDS, Policy, PolicyVerdict } from './policy.ts';
import { PolicyDecisionRecord } from './policy-decision.ts';
import { PolicyAuthor, PolicySigningKey } from './policy-signing.ts';
import { PolicyViolation, PolicyWaiver } from './policy-violation.ts';
import { ProblemDocument } from './problem.ts';
import { Reservation } from './reservation.ts';
import { CustomRole } from './role.ts';
import { ScalingEvent } from './scaling-event.ts';
import { SECURITY_GROUP_FIELDS, SecurityGroup } from './security-group.ts';
import { SNAPSHOT_FIELDS, Snapshot } from './snapshot.ts';
import { TEMPLATE_FIELDS, Template } from './template.ts';
import { Tenant } from './tenant.ts';
import { VM_FIELDS, Vm } from './vm.ts';
import { VM_GROUP_FIELDS, VmGroup } from './vm-group.ts';
import { VOLUME_FIELDS, Volume } from './volume.ts';

/** Answers that have a name of their own in the document. */
export const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  AdmissionPreview,
  AdmissionWarning,
  ApiKey,
  AuditEntry,
  CustomRole,
  DriftBaseline,
  DriftRecord,
  DriftSettings,
  Event,
  Network,
  Node,
  Operation,
  OrchestrationPolicy: StoredOrchestrationPolicy,
  PlacementBatch,
  PlacementDecision,
  PlacementPreview,
  Policy,
  PolicyAuthor,
  PolicyDecision: PolicyDecisionRecord,
  PolicySigningKey,
  PolicyVerdict,
  PolicyViolation,
  PolicyWaiver,
  ProblemDocument,
  Reservation,
  ScalingEvent,
  SecurityGroup,
  Snapshot,
  Template,
  Tenant,
  Vm,
  VmGroup,
  Volume,
};

/** Tables by component and noun, for examples and defaults. */
export const TABLES: Readonly<Record<string, FieldTable>> = {
  Network: NETWORK_FIELDS,
  OrchestrationPolicy: ORCHESTRATION_POLICY_FIELDS,
  Policy: POLICY_FIELDS,
  SecurityGroup: SECURITY_GROUP_FIELDS,
  Template: TEMPLATE_FIELDS,
  Snapshot: SNAPSHOT_FIELDS,
  Vm: VM_FIELDS,
  VmGroup: VM_GROUP_FIELDS,
  Volume: VOLUME_FIELDS,
};
