/** Rows about incidents, alerts, and the metrics that raise these. */

/** A row of `incidents`: a failure with one cause, as one tenant is shown it. */
export interface IncidentRow {
  readonly id: string;
  readonly tenant_id: string;
  /** `open`, `acknowledged` or `resolved`. */
  readonly state: string;
  readonly severity: string;
  readonly cause: string;
  /** Equal for equal causes: one incident of a tenant is open for each. */
  readonly cause_key: string;
  readonly target_kind: string;
  readonly target_name: string;
  readonly summary: string;
  /** Names of nodes. */
  readonly nodes_json: string;
  readonly vms_down: number;
  readonly vms_affected: number;
  readonly occurrences: number;
  readonly opened_at_ms: number;
  /** Time at which it was last reopened; null if it never was. */
  readonly reopened_at_ms: number | null;
  readonly changed_at_ms: number;
  readonly acknowledged_at_ms: number | null;
  readonly acknowledged_by: string | null;
  readonly comment: string | null;
  readonly silenced_until_ms: number | null;
  readonly silenced_by: string | null;
  readonly resolved_at_ms: number | null;
  /** `system`, `people` or `merged`. */
  readonly resolution: string | null;
}

/** A row of `incident_members`: a VM that is or was down. */
export interface IncidentMemberRow {
  readonly id: string;
  readonly incident_id: string;
  readonly tenant_id: string;
  readonly vm_id: string;
  readonly vm_name: string;
  readonly node_name: string;
  readonly down_at_ms: number;
  /** Null while it is down. */
  readonly up_at_ms: number | null;
}

/** A row of `healing_holds` or `automation_holds`; its id is `all`, or that of the tenant. */
export interface HoldRow {
  readonly id: string;
  /** Tenant whose administrator placed the hold. */
  readonly tenant_id: string;
  readonly reason: string;
  readonly held_at_ms: number;
  readonly held_by: string;
  readonly until_ms: number | null;
}

/** A row of `alerts`: what a policy says about a target, Alertmanager about labels, or a watch. */
export interface AlertRow {
  readonly id: string;
  readonly tenant_id: string;
  /** `open`, `acknowledged`, `silenced` or `resolved`. */
  readonly state: string;
  readonly severity: string;
  /** `policy`, `alertmanager` or `metric`. */
  readonly source: string;
  /**
   * Of Alertmanager: the workflow whose webhook received it. Of a watch: metric and rule, as
   * `NAME/RULE`, whose name is that of the metric.
   */
  readonly policy_id: string;
  readonly policy_name: string;
  /** The rule that fired last. */
  readonly rule: string;
  /** Of Alertmanager: empty. */
  readonly target_kind: string;
  /** Of Alertmanager: the fingerprint. */
  readonly target_id: string;
  readonly target_name: string;
  /** Message, reasons and note of a person, as canonical JSON. Sealed. */
  readonly said_json: string;
  /** Number of times the alert fired since it was first seen. */
  readonly fired: number;
  readonly first_seen_at_ms: number;
  readonly last_seen_at_ms: number;
  readonly acknowledged_at_ms: number | null;
  readonly acknowledged_by: string | null;
  readonly silenced_until_ms: number | null;
  readonly silenced_by: string | null;
  readonly resolved_at_ms: number | null;
}

/** A row of `metric_watches`; its id is made of target and metric. */
export interface MetricWatchRow {
  readonly id: string;
  readonly tenant_id: string;
  /** `vm`, `vm_group` or `tenant`. */
  readonly target_kind: string;
  readonly target_id: string;
  readonly metric: string;
  readonly threshold: number;
  readonly severity: string;
  /** End of the last step that was judged. */
  readonly scored_to_ms: number;
  /** Steps with a value that it was judged by. */
  readonly judged_rows: number;
  readonly created_at_ms: number;
  readonly created_by: string;
}
