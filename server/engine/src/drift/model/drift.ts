/** Types of drift: baseline, observed values, and changes since the apply. */
import type { AuditEntry } from '@novacron/contract/audit/audit';
import type { DriftRecord, ExplainedChange } from '@novacron/contract/drift/drift';
import type { Json } from '@novacron/contract/json';
import type { FieldTable } from '@novacron/contract/schema/field';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';

/** Values by field name; an absent field is null. */
export type FieldValues = Readonly<Record<string, Json>>;

/** A change of the resource: an entry of the audit log, or as much of one as drift needs. */
export type ResourceChange = Pick<
  AuditEntry,
  'principal' | 'principal_kind' | 'client' | 'request_id' | 'at' | 'outcome' | 'changes'
>;

/** A resource to compare with what a deployment applied last. */
export interface DriftInput {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly name: string;
  /** The kind's resource table: it defines what counts as drift and how severe it is. */
  readonly table: FieldTable;
  readonly applied: FieldValues;
  /** Time of the apply: RFC 3339, UTC. */
  readonly appliedAt: string;
  /** The deployment that applied it. */
  readonly deployment: string;
  readonly current: FieldValues;
  /** Known reasons for changed fields, in words, by field name. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** Up to this share of the resource its drift is `info`, 0 to 1; 0.05 unless said. */
  readonly thresholdRatio?: number;
  /** Audit log entries about the resource since the apply, in any order. */
  readonly changes: readonly ResourceChange[];
}

/** Result of a comparison: drift, and changes that NovaCron made itself within policy. */
export interface DriftFindings {
  readonly record: DriftRecord | undefined;
  readonly explained: Pick<ExplainedChange, 'fields' | 'causes'> | undefined;
}
