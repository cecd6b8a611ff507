/** The answers that the OpenAPI document calls by names of their own, and their tables. */
import type { z } from 'zod';
import { ApiKey } from '../access/identity.ts';
import { CustomRole } from '../access/role.ts';
import { Tenant } from '../access/tenant.ts';
import { AdmissionPreview, AdmissionWarning } from '../admission/admission.ts';
import { AuditEntry } from '../audit/audit.ts';
import { Baseline as DriftBaseline, DriftRecord } from '../drift/drift.ts';
import { DriftSettings } from '../drift/drift-remediation.ts';
import { Event } from '../events/event.ts';
import { Node } from '../fleet/node.ts';
import { NETWORK_FIELDS, Network } from '../kinds/network/network.ts';
import {
  ORCHESTRATION_POLICY_FIELDS,
  StoredOrchestrationPolicy,
} from '../kinds/orchestration-policy/orchestration-policy.ts';
import { POLICY_FIELDS, Policy, PolicyVerdict } from '../kinds/policy/policy.ts';
import { PolicyDecisionRecord } from '../kinds/policy/policy-decision.ts';
import { PolicyAuthor, PolicySigningKey } from '../kinds/policy/policy-signing.ts';
import { PolicyViolation, PolicyWaiver } from '../kinds/policy/policy-violation.ts';
import { Reservation } from '../kinds/reservation/reservation.ts';
import { SECURITY_GROUP_FIELDS, SecurityGroup } from '../kinds/security-group/security-group.ts';
import { SNAPSHOT_FIELDS, Snapshot } from '../kinds/snapshot/snapshot.ts';
import { TEMPLATE_FIELDS, Template } from '../kinds/template/template.ts';
import { VM_FIELDS, Vm } from '../kinds/vm/vm.ts';
import { PlacementBatch } from '../kinds/vm-batch/placement-batch.ts';
import { ScalingEvent } from '../kinds/vm-group/scaling-event.ts';
import { VM_GROUP_FIELDS, VmGroup } from '../kinds/vm-group/vm-group.ts';
import { VOLUME_FIELDS, Volume } from '../kinds/volume/volume.ts';
import { Operation } from '../operation/operation.ts';
import { PlacementDecision } from '../placement/placement.ts';
import { PlacementPreview } from '../placement/placement-preview.ts';
import { ProblemDocument } from '../problem/problem.ts';
import type { FieldTable } from '../schema/field.ts';

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
