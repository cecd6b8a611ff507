/** Rows about what was learned: how attempts to heal have ended, which models suit series. */

/** A row of `healing_outcomes`; its id is that of the operation. */
export interface HealingOutcomeRow {
  readonly id: string;
  /** Tenant of the attempt; the platform's if a node was the cause. */
  readonly tenant_id: string;
  /** Cause of the attempt, such as `unhealthy`. */
  readonly cause: string;
  /** Healing strategy, such as `reset`. */
  readonly strategy: string;
  readonly target_name: string;
  /** `succeeded` or `failed`. */
  readonly result: string;
  readonly duration_ms: number;
  readonly ended_at_ms: number;
}

/** A row of `learning_resets`: earlier outcomes do not count. Its id is that of the tenant. */
export interface LearningResetRow {
  readonly id: string;
  readonly reset_at_ms: number;
  readonly reset_by: string;
  readonly reason: string | null;
}

/** A row of `recommendations`: the last one that was followed for a VM. Its id is the VM's. */
export interface RecommendationRow {
  readonly id: string;
  readonly tenant_id: string;
  /** `applied`, `verified`, `taken_back` or `superseded`. */
  readonly state: string;
  /** The operation that changed the VM. */
  readonly operation_id: string;
  readonly applied_at_ms: number;
  /** The recommendation, as answers carry it. */
  readonly followed_json: string;
}

/** A row of `forecast_selections`; its id is made of target, metric and step. */
export interface ForecastSelectionRow {
  readonly id: string;
  readonly tenant_id: string;
  /** Id of a VM, a VM group or a tenant. */
  readonly target_id: string;
  readonly metric: string;
  /** Between two values of the series that is forecast. Unit: seconds. */
  readonly step_s: number;
  /** A `Selection` of the engine. */
  readonly selection_json: string;
  readonly selected_at_ms: number;
  /** This selection and some before, as answers show them; null: an older server stored it. */
  readonly versions_json: string | null;
}
