/** A row of `policy_decisions`: what policies were asked and said. */
export interface PolicyDecisionRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly at_ms: number;
  /** 1 or 0. */
  readonly allowed: number;
  /** Empty before the resource exists. */
  readonly resource_id: string;
  /** Everything else. Sealed where the store seals: reasons and inputs say what is protected. */
  readonly record_json: string;
}
