/** The tables of placement: what was decided, and what plans have shown before VMs exist. */
import type { OperationId } from '@novacron/contract/ids';

/** Placement that a plan showed for a VM that does not exist yet. */
export interface PlacementPreviewRow {
  readonly id: string;
  readonly tenant_id: string;
  /** SHA-256 of tenant, deployment and all that placement reads of the VM, hexadecimal. */
  readonly lookup_key: string;
  readonly deployment: string;
  /** Name of the VM. */
  readonly name: string;
  /** All that placement reads of the VM. */
  readonly ask_json: string;
  /** Placement that was shown; null if every node refuses. */
  readonly decision_json: string | null;
  readonly refusal_json: string | null;
  readonly created_at_ms: number;
  /** The VM that was created as shown; null until then. Rows before it was stored were deleted. */
  readonly created_vm_id: string | null;
}

/** Previews of a client run: VMs for which its later previews leave capacity. */
export interface PreviewPlaceRow {
  /** Tenant, session and number joined by `/`. */
  readonly id: string;
  readonly tenant_id: string;
  readonly session: string;
  /** Name of the VM. */
  readonly name: string;
  readonly lookup_key: string;
  /** Whether this run was the first to show the VM. */
  readonly origin: 'new' | 'earlier';
  /** null where every node refuses: the plan of such a run is never applied. */
  readonly node_id: string | null;
  readonly ask_json: string;
  readonly created_at_ms: number;
}

/**
 * Planned changes to the unique values of an object: names, addresses. The id is the object's; for
 * a create, `create/TENANT/KIND/NAME`.
 */
export interface ValueIntentRow {
  readonly id: string;
  readonly tenant_id: string;
  /** The previewed write; of a member of a VM group, that of its group. */
  readonly operation: string;
  /** The run of the client that has previewed the write. */
  readonly session: string;
  /** The desired revision of the object that the plan was made from; empty for a create. */
  readonly planned_revision: string;
  /** The desired revision since a write of the same plan has taken a value. */
  readonly desired_revision: string;
  /** Unique values that the write takes: a JSON array. */
  readonly takes_json: string;
  /** Unique values that the object gives up: a JSON array. */
  readonly leaves_json: string;
  readonly created_at_ms: number;
}

/** Explanation of a VM's placement. */
export interface PlacementDecisionRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly vm_id: string;
  readonly operation_id: OperationId;
  readonly decision_json: string;
  readonly created_at_ms: number;
  /** The snapshot that the fleet is a delta of; null where the fleet was too large to record. */
  readonly fleet_snapshot_id: string | null;
  /** Placement request, and the differences of the fleet from the snapshot. */
  readonly basis_json: string | null;
  /** Weighted score of the chosen node, 0 to 1. */
  readonly score: number;
  /** End of the operation that executes the decision; null until then. */
  readonly executed_at_ms: number | null;
  /** A `PlacementOutcome`; null until that operation has ended. */
  readonly outcome: string | null;
  /** A `PlacementPurpose`. */
  readonly purpose: string;
  readonly node_name: string;
  readonly vm_name: string;
  /** Score of the chosen node minus that of the best other one; null where there is none. */
  readonly margin: number | null;
  /** Probability that the node stays first, 0 to 1. */
  readonly confidence: number | null;
  /** The best candidates, and what the confidence was drawn from. */
  readonly survey_json: string | null;
}

/** The nodes of a fleet at a moment; decisions that saw almost the same share it. */
export interface FleetSnapshotRow {
  /** SHA-256 of the nodes, hexadecimal. */
  readonly id: string;
  readonly nodes_json: string;
  /** Time of the last use as a new snapshot; decisions refer to it for an hour. */
  readonly created_at_ms: number;
}

/** A write that a plan has asked about. */
export interface PlannedWriteRow {
  /** SHA-256 of tenant, deployment, operation and the id or the name of its target. */
  readonly id: string;
  readonly tenant_id: string;
  readonly operation: string;
  readonly resource_kind: string;
  /** Empty before the resource exists. */
  readonly resource_id: string;
  /** Empty while it is unknown. */
  readonly resource_name: string;
  /** Name of the API key of the caller. */
  readonly user_id: string;
  /** The question to the policies with masked secrets, and its unknown fields. Sealed. */
  readonly question_json: string;
  readonly created_at_ms: number;
}
