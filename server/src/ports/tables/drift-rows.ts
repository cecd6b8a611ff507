/** Rows about drift: what was found, how far the scan has got, and what a tenant wants done. */
import type { DriftRecord } from '@novacron/contract/drift/drift';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';

/** Result of the latest drift comparison of a resource; the id is the resource's. */
export interface DriftRecordRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly resource_kind: ResourceKind;
  readonly resource_name: string;
  readonly deployment: string;
  /** `resolved` ones are kept a while: what comes back soon flaps. */
  readonly status: 'open' | 'resolved' | 'tampered';
  readonly severity: DriftRecord['severity'];
  /** The record in canonical JSON. Sealed. */
  readonly record_json: string;
  readonly detected_at_ms: number;
  readonly changed_at_ms: number;
  /** Number of times the drift came back since it was detected. */
  readonly flaps: number;
}

/** User decisions about the drift of a resource; the id is the resource's. */
export interface DriftMarksRow {
  readonly id: string;
  readonly tenant_id: string;
  /** Who ignores the drift, and until when. Sealed. */
  readonly marks_json: string;
}

/** Progress of the drift scan; there is a single row. */
export interface DriftScanRow {
  readonly id: string;
  /** Everything up to this id is compared; empty: the scan has ended. */
  readonly after_id: string;
  readonly started_at_ms: number;
  /** 0 while it runs. */
  readonly finished_at_ms: number;
  readonly compared: number;
}

/** Drift settings of a tenant; the id is the tenant's. */
export interface DriftSettingsRow {
  readonly id: string;
  readonly settings_json: string;
}
