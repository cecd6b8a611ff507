/** A row of `policy_versions`: a text that the rule of a policy has or had. */
export interface PolicyVersionRow {
  /** Policy and version joined by `/`, the version with nine digits. */
  readonly id: string;
  readonly tenant_id: string;
  readonly policy_id: string;
  readonly version: number;
  /** Sealed where the store seals, like the text of the policy itself. */
  readonly rule: string;
  readonly compiled_json: string;
  /** null: from when it was written. */
  readonly active_from_ms: number | null;
  readonly created_at_ms: number;
  readonly created_by: string;
}
