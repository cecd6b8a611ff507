/** A row of `compliance_findings`: a subject that fails, or has failed, a check. */
export interface ComplianceFindingRow {
  readonly id: string;
  readonly tenant_id: string;
  /** `open` or `resolved`. */
  readonly state: string;
  readonly check_id: string;
  readonly severity: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly subject_name: string;
  /** The reason, and the facts that it rests on. */
  readonly verdict_json: string;
  /** How often it failed again after it was resolved. */
  readonly regressions: number;
  readonly first_seen_at_ms: number;
  readonly opened_at_ms: number;
  readonly resolved_at_ms: number | null;
  /** Principal whose write resolved it; null if not known. */
  readonly resolved_by: string | null;
}

/** A row of `compliance_scans`: what the last complete scan of a tenant found, by check. */
export interface ComplianceScanRow {
  /** The id of the tenant. */
  readonly id: string;
  readonly tallies_json: string;
  readonly scanned_at_ms: number;
}
