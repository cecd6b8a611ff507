/** A row of `policy_waivers`: an exception from a policy. */
export interface PolicyWaiverRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly policy_id: string;
  readonly policy_name: string;
  readonly resource_kind: string;
  readonly resource_name: string;
  readonly owner_name: string;
  readonly reason: string;
  readonly waived_until_ms: number;
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
