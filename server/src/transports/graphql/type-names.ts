/** GraphQL type names of the contract's schemas. */

import { ApiKey, Role } from '@novacron/contract/access/identity';
import {
  AdmissionPreview,
  AdmissionWarning,
  PreviewedWrite,
} from '@novacron/contract/admission/admission';
import { EnforcementMode, PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import { AuditEntry } from '@novacron/contract/audit/audit';
import { AutomationHold } from '@novacron/contract/automation/automation-operations';
import {
  CauseKind,
  DriftCause,
  DriftField,
  DriftSeverity,
  ExplainedDriftRecord,
} from '@novacron/contract/drift/drift';
import { Event, EventPriority } from '@novacron/contract/events/event';
import { EventFilter } from '@novacron/contract/events/event-filter';
import { HealingHold } from '@novacron/contract/healing/healing-operations';
import {
  IncidentCause,
  IncidentSeverity,
  IncidentState,
} from '@novacron/contract/healing/incident';
import { PolicyType } from '@novacron/contract/kinds/policy/policy';
import { RuleDirection, RuleProtocol } from '@novacron/contract/kinds/security-group/firewall';
import { GuardReason, GuardVerdict } from '@novacron/contract/kinds/security-group/reachability';
import { SnapshotStatus } from '@novacron/contract/kinds/snapshot/snapshot';
import { VmStatus } from '@novacron/contract/kinds/vm/vm-status';
import { ScalingHold } from '@novacron/contract/kinds/vm-group/scaling-operations';
import { VolumeStatus, VolumeType } from '@novacron/contract/kinds/volume/volume';
import { Alert, AlertSeverity, AlertState } from '@novacron/contract/monitoring/alert-operations';
import { MetricTargetKind, MetricWatch } from '@novacron/contract/monitoring/anomaly-operations';
import { OperationStatus, OperationStep } from '@novacron/contract/operation/operation';
import { ListOrder } from '@novacron/contract/operation/operation-shapes';
import { graphqlTypeOf } from '@novacron/contract/operations-table/graphql-names';
import { operationNames, operationRow } from '@novacron/contract/operations-table/operations';
import {
  PlacementAlternative,
  PlacementDecision,
  PlacementOutcome,
  PlacementPurpose,
  PlacementRecord,
  PlacementRecordDetail,
} from '@novacron/contract/placement/placement';
import { FieldProblem, ProblemDocument } from '@novacron/contract/problem/problem';
import { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { z } from 'zod';

/**
 * Schemas that several rows share, or whose place alone would give them a poorer name. What is not
 * here is named after the operation or the field that it was found at.
 */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  AdmissionPreview,
  AdmissionWarning,
  Alert,
  AlertSeverity,
  AlertState,
  ApiKey,
  AuditEntry,
  PreviewableOperation: PreviewedWrite,
  CauseKind,
  DriftCause,
  DriftField,
  DriftSeverity,
  DriftRecord: ExplainedDriftRecord,
  EnforcementMode,
  Event,
  EventFilter,
  EventPriority,
  FieldProblem,
  ListOrder,
  MetricTargetKind,
  MetricWatch,
  OperationStatus,
  OperationStep,
  PlacementAlternative,
  PlacementDecision,
  PlacementOutcome,
  PlacementPurpose,
  PlacementRecord,
  PlacementRecordDetail,
  PolicyType,
  PolicyVerdict,
  GuardReason,
  GuardVerdict,
  AutomationHold,
  HealingHold,
  ScalingHold,
  IncidentCause,
  IncidentSeverity,
  IncidentState,
  RuleDirection,
  RuleProtocol,
  ProblemDocument,
  ResourceKind,
  Role,
  SnapshotStatus,
  VmStatus,
  VolumeStatus,
  VolumeType,
};

/**
 * Names by definition: a schema that got a description of its own is another object, with the same
 * definition. What a `.get` answers is called like its noun.
 */
export function knownTypeNames(): Map<unknown, string> {
  const names = new Map<unknown, string>();
  for (const name of operationNames()) {
    const [noun = '', verb] = name.split('.');
    if (verb === 'get') names.set(operationRow(name).output.def, graphqlTypeOf(noun));
  }
  for (const [name, schema] of Object.entries(NAMED)) names.set(schema.def, name);
  return names;
}
