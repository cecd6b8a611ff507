/** What the schemas of the contract are called as GraphQL types. */
import {
  AdmissionPreview,
  AdmissionWarning,
  PreviewableOperation,
} from '@novacron/contract/admission';
import { AuditEntry } from '@novacron/contract/audit';
import {
  CauseKind,
  DriftCause,
  DriftField,
  DriftSeverity,
  ExplainedDriftRecord,
} from '@novacron/contract/drift';
import { Event, EventPriority } from '@novacron/contract/event';
import { EventFilter } from '@novacron/contract/event-filter';
import { ResourceKind } from '@novacron/contract/field';
import { RuleDirection, RuleProtocol } from '@novacron/contract/firewall';
import { graphqlTypeOf } from '@novacron/contract/graphql-names';
import { ApiKey, Role } from '@novacron/contract/identity';
import { OperationStatus, OperationStep } from '@novacron/contract/operation';
import { ListOrder } from '@novacron/contract/operation-shapes';
import { operationNames, operationRow } from '@novacron/contract/operations';
import { PlacementAlternative, PlacementDecision } from '@novacron/contract/placement';
import { EnforcementMode, PolicyType, PolicyVerdict } from '@novacron/contract/policy';
import { FieldProblem, ProblemDocument } from '@novacron/contract/problem';
import { GuardReason, GuardVerdict } from '@novacron/contract/reachability';
import { SnapshotStatus } from '@novacron/contract/snapshot';
import { VmStatus } from '@novacron/contract/vm';
import { VolumeStatus, VolumeType } from '@novacron/contract/volume';
import type { z } from 'zod';

/**
 * Schemas that several rows share, or whose place alone would give them a poorer name. What is not
 * here is named after the operation or the field that it was found at.
 */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  AdmissionPreview,
  AdmissionWarning,
  ApiKey,
  AuditEntry,
  PreviewableOperation,
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
  OperationStatus,
  OperationStep,
  PlacementAlternative,
  PlacementDecision,
  PolicyType,
  PolicyVerdict,
  GuardReason,
  GuardVerdict,
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
