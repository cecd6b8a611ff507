/** Rows about autonomous decisions. */

/** A row of `autonomous_decisions`: one decision about one VM group. */
export interface AutonomousDecisionRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly group_id: string;
  readonly action: string;
  /** `shadow`, `running`, `succeeded`, `failed` or `refused`. */
  readonly status: string;
  /** The rest of the decision, as answers show it. */
  readonly decision_json: string;
  /** What followed; null: not known yet. */
  readonly outcome_json: string | null;
  /** What a person said against it; null: nothing. */
  readonly override_json: string | null;
  readonly at_ms: number;
}

/** A row of `autonomy_settings`; its id is that of the tenant. */
export interface AutonomySettingsRow {
  readonly id: string;
  readonly settings_json: string;
}
