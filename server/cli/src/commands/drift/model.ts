/** The words of the drift commands. */
import type { DriftGroup, ExplainedDriftRecord } from '@novacron/contract/drift/drift';
import type { JsonObject } from '@novacron/contract/json';
import type { DriftClass } from '@novacron/contract/schema/field';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { SourcePlace } from '../../output/reports/source-place.ts';

/** A drift record, and where the configuration has the resource if that is known. */
export interface PlacedRecord {
  readonly record: ExplainedDriftRecord;
  /** Terraform's address. */
  readonly address?: string;
  readonly place?: SourcePlace;
}

/** A resource that exists and that no state file knows. */
export interface UnmanagedResource {
  readonly resource_kind: ResourceKind;
  readonly resource_id: string;
  readonly resource_name: string;
  readonly created_by: string;
  readonly created_at: string;
}

/** A resource of a state file. */
export interface StateResource {
  readonly kind: ResourceKind;
  readonly id: string;
  /** Terraform's address, such as module.web.novacron_vm.a["x"]. */
  readonly address: string;
  /** The module that it is in; empty for the root. */
  readonly moduleAddress: string;
  /** Terraform's type and the name in the configuration. */
  readonly type: string;
  readonly label: string;
  readonly file: string;
}

/** Existing resources, compared with those in state files. */
export interface StateComparison {
  readonly unmanaged: readonly UnmanagedResource[];
  /** Resources of the files that do not exist any more. */
  readonly missing: readonly StateResource[];
  /** Number of existing resources, and of those known to a state file. */
  readonly resources: number;
  readonly managed: number;
  /** Managed among those that exist; 100 where nothing exists. Unit: percent. */
  readonly percent: number;
}

/** A report to be written. */
export interface DriftView {
  /** The most severe first. */
  readonly records: readonly PlacedRecord[];
  /** Causes, and all that each changed. */
  readonly groups: readonly DriftGroup[];
  /** Only where state files were given. */
  readonly comparison: StateComparison | undefined;
}

/** Effect of a plan on a drifted field, or on a whole resource. */
export type PlanEffect =
  | 'reverts'
  | 'keeps'
  | 'changes'
  | 'replaces'
  | 'destroys'
  /** Not known before apply. */
  | 'unknown'
  /** The plan was made before the change. */
  | 'unaware';

/** One drifted field, and what a plan wants of it. */
export interface AnnotatedField {
  readonly field: string;
  readonly drift_class: DriftClass;
  readonly was: JsonObject[string];
  readonly is: JsonObject[string];
  /** undefined if it is known after apply, or the resource is deleted. */
  readonly wanted: JsonObject[string] | undefined;
  readonly effect: PlanEffect;
}

/** A drifted resource of a plan. */
export interface AnnotatedResource extends PlacedRecord {
  readonly address: string;
  /** One, where the plan does the same about every field. */
  readonly effects: readonly PlanEffect[];
  readonly fields: readonly AnnotatedField[];
}

/** Drifted resources of a plan. */
export interface Annotation {
  readonly resources: readonly AnnotatedResource[];
  /** NovaCron's resources in the plan. */
  readonly planned: number;
  /** Drifted resources that the plan has nothing to do with. */
  readonly others: number;
}
