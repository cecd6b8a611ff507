/** A row of `compliance_findings`: a subject that fails, or has failed, a check. */
export interface ComplianceFindingRow {
  readonly id: string;
  readonly tenant_id: string;
  /** `open`, `waived` or `resolved`. */
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
  readonly waiver_id: string | null;
  /** The last correction, as answers show it. */
  readonly correction_json: string | null;
  /** When an automatic correction made the check pass. */
  readonly auto_corrected_at_ms: number | null;
}

/** A row of `compliance_settings`. */
export interface ComplianceSettingsRow {
  /** The id of the tenant. */
  readonly id: string;
  readonly settings_json: string;
}

/** A row of `compliance_scans`: what the last complete scan of a tenant found, by check. */
export interface ComplianceScanRow {
  /** The id of the tenant. */
  readonly id: string;
  readonly tallies_json: string;
  readonly scanned_at_ms: number;
}

/**
 * A row of `compliance_evidence`: from when on a check had a result for a subject. The rows of a
 * tenant are a chain. What ends without another result has the state `not-applicable` or `gone`.
 */
export interface ComplianceEvidenceRow {
  readonly id: string;
  readonly tenant_id: string;
  /** 1 for the first record of the tenant; without gaps. */
  readonly position: number;
  readonly check_id: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly subject_name: string;
  readonly subject_revision: number | null;
  readonly state: string;
  /** The reason, and the facts that it rests on. */
  readonly verdict_json: string;
  /** Digest of the checks and standards of the release. */
  readonly catalogue: string;
  readonly build: string;
  readonly at_ms: number;
  /** Time of the next result; null while this is the latest. The hash does not cover it. */
  readonly until_ms: number | null;
  readonly previous: string;
  readonly hash: string;
}

/** A row of `compliance_samples`: a time in which complete scans followed each other. */
export interface ComplianceSampleRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly from_ms: number;
  readonly to_ms: number;
}

/** A row of `compliance_points`: the score of a standard on a day, at its last complete scan. */
export interface CompliancePointRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly standard: string;
  readonly day: string;
  /** Digest of the subjects and their data classes. */
  readonly scope: string;
  readonly catalogue: string;
  readonly point_json: string;
  readonly at_ms: number;
}

/** A row of `compliance_anchors`: where the end of a tenant's evidence was sent last. */
export interface ComplianceAnchorRow {
  /** The id of the tenant. */
  readonly id: string;
  readonly at_ms: number;
  readonly position: number;
  readonly hash: string;
  /** Name of the notification channel. */
  readonly channel: string;
}

/** A row of `compliance_attestations`: what a person says about a requirement. */
export interface ComplianceAttestationRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly standard: string;
  readonly requirement: string;
  readonly statement: string;
  readonly reference: string | null;
  readonly valid_until_ms: number;
  readonly created_at_ms: number;
  readonly created_by: string;
}
