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
