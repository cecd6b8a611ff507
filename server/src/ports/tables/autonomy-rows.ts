/** Rows about autonomous decisions. */

/** A row of `autonomous_decisions`: one decision about one VM group. */
export interface AutonomousDecisionRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly group_id: string;
  readonly action: string;
  readonly preferred: string;
  /** `shadow`, `running`, `succeeded`, `failed` or `refused`. */
  readonly status: string;
  /** Checksum of the model that has decided. */
  readonly model: string;
  /** The rest of the decision, as answers show it. */
  readonly decision_json: string;
  /** What followed; null: not known yet. */
  readonly outcome_json: string | null;
  /** What a person said against it; null: nothing. */
  readonly override_json: string | null;
  /** `right` or `wrong`, by what followed; null: not known yet. */
  readonly verdict: string | null;
  /** The same of the preferred action. */
  readonly preferred_verdict: string | null;
  /** 1: a person has said something against it. */
  readonly is_overridden: number;
  /** What the rules would have cost more; 0 as long as it is not known. Unit: VM-hours. */
  readonly advantage: number;
  readonly at_ms: number;
}

/** A row of `autonomy_settings`; its id is that of the tenant. */
export interface AutonomySettingsRow {
  readonly id: string;
  readonly settings_json: string;
}
