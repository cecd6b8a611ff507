/** Rows of alerts, and of metrics that raise them. */

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
