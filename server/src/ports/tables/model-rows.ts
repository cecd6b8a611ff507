/** The rows of models. */
import type { ModelId } from '@novacron/contract/ids';

/** A row of `models`. */
export interface ModelRow {
  readonly id: ModelId;
  readonly tenant_id: string;
  readonly name: string;
  readonly kind: string;
  /** What it learns: target, features, step and others, which never change. */
  readonly spec_json: string;
  /** Numbers of the champions of each environment, the current one last. */
  readonly champions_json: string;
  readonly latest_version: number;
  /** What was found about each champion, as a list; null until one was measured. */
  readonly drift_json: string | null;
  /** The last trial; null: there was none. */
  readonly trial_json: string | null;
  /** When a champion was measured; 0: never. */
  readonly checked_at_ms: number;
  /** The operation that trains a version; null: none. */
  readonly operation_id: string | null;
  /** Rises with each change. */
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}

/** A row of `model_versions`. */
export interface ModelVersionRow {
  /** Model and number joined by `/`. */
  readonly id: string;
  readonly model_id: string;
  readonly version: number;
  /** `retired`: a champion that was rolled back; other champions are those of the model. */
  readonly state: 'training' | 'candidate' | 'retired' | 'refused';
  readonly reason: string | null;
  /** How it was measured; null before the end of its training. */
  readonly evaluation_json: string | null;
  readonly lineage_json: string | null;
  /** How its file did in another worker; null before that was measured. */
  readonly robustness_json: string | null;
  readonly format: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Names the chunks of its file. */
  readonly content: string | null;
  readonly operation_id: string;
  readonly created_at_ms: number;
  readonly created_by: string;
}

/** A row of `model_settings`; its id is that of the tenant. */
export interface ModelSettingsRow {
  readonly id: string;
  readonly settings_json: string;
}
