/** A row of `policy_waivers`: an exception from a policy or a compliance check. */
export interface PolicyWaiverRow {
  readonly id: string;
  readonly tenant_id: string;
  /** Id of the policy or of the check; their formats differ. */
  readonly policy_id: string;
  readonly policy_name: string;
  readonly resource_kind: string;
  readonly resource_name: string;
  readonly owner_name: string;
  readonly reason: string;
  readonly compensating_control: string | null;
  /** 0 until it is approved. */
  readonly waived_until_ms: number;
  /** When it is to end; null in rows of release 0.1.0, which needed no approval. */
  readonly ends_at_ms: number | null;
  readonly approval_id: string | null;
  readonly approved_by: string | null;
  readonly first_granted_at_ms: number | null;
  /** How often it was granted before; null where it is not granted. */
  readonly renewals: number | null;
  /** When it was deleted: it stays in the store, so that its age counts. */
  readonly withdrawn_at_ms: number | null;
  /** The subject of a check, which it stays about; null where the check had not failed yet. */
  readonly waived_id: string | null;
  readonly created_at_ms: number;
  readonly waived_by: string;
}

/** A row of `policy_violations`: a resource that a policy would not admit as it is. */
export interface PolicyViolationRow {
  readonly id: string;
  readonly tenant_id: string;
  /** `open`, `waived` or `resolved`. */
  readonly state: string;
  readonly policy_id: string;
  readonly policy_name: string;
  readonly policy_version: number;
  readonly mode: string;
  readonly resource_kind: string;
  readonly resource_id: string;
  readonly resource_name: string;
  readonly reasons_json: string;
  readonly waiver_id: string | null;
  readonly opened_at_ms: number;
  readonly changed_at_ms: number;
  readonly resolved_at_ms: number | null;
}
