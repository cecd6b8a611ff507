/** The rows of states of Terraform. */
import type { TerraformStateId } from '@novacron/contract/ids';

/** A row of `terraform_states`. */
export interface TerraformStateRow {
  readonly id: TerraformStateId;
  readonly tenant_id: string;
  readonly name: string;
  /** Number of the current version; 0: none. */
  readonly version: number;
  readonly serial: number | null;
  readonly lineage: string | null;
  readonly lock_id: string | null;
  /** The lock as Terraform has sent it. */
  readonly lock_json: string | null;
  readonly locked_by: string | null;
  readonly locked_at_ms: number | null;
  /** The execution whose step has it; null for any other run. */
  readonly lock_execution_id: string | null;
  /** Rises with each change. */
  readonly revision: number;
  readonly created_at_ms: number;
  readonly created_by: string;
  readonly updated_at_ms: number;
  readonly updated_by: string;
}

/** A row of `terraform_state_versions`. */
export interface TerraformStateVersionRow {
  /** State and number joined by `/`. */
  readonly id: string;
  readonly state_id: string;
  readonly version: number;
  readonly serial: number;
  readonly lineage: string;
  readonly terraform_version: string | null;
  readonly resources: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Names its chunks; versions with the same content share them. */
  readonly content: string;
  readonly restored_from: number | null;
  readonly created_at_ms: number;
  readonly created_by: string;
}

/** A row of `stored_chunks`: a part of a large text, whose parts are written one by one. */
export interface StoredChunkRow {
  /** Content and number of the chunk joined by `/`, the number with 5 digits. */
  readonly id: string;
  readonly content: string;
  /** Bytes in Base64; sealed where the store seals. */
  readonly text: string;
  readonly created_at_ms: number;
}
