import type { PolicyDataId } from '@novacron/contract/ids';

/** A row of `policy_data`: a data document that policies read. */
export interface PolicyDataRow {
  readonly id: PolicyDataId;
  readonly tenant_id: string;
  /** Names below `data` joined by dots, unique in the tenant. */
  readonly path: string;
  readonly version: number;
  /** JSON without spaces. Sealed where the store seals. */
  readonly document: string;
  /** The signature of the server as JSON; null where it does not sign policies. */
  readonly seal_json: string | null;
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}

/** A row of `policy_data_versions`: a value that a document has or had. */
export interface PolicyDataVersionRow {
  /** Document and version joined by `/`, the version with nine digits. */
  readonly id: string;
  readonly tenant_id: string;
  readonly data_id: string;
  /** Path from the row of the document: it is part of the signed text. */
  readonly path: string;
  readonly version: number;
  readonly document: string;
  readonly seal_json: string | null;
  readonly created_at_ms: number;
  readonly created_by: string;
}
