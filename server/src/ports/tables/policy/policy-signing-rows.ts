import type { PolicyAuthorId, PolicySigningKeyId } from '@novacron/contract/ids';

/** A row of `policy_authors`: a key whose signature on a rule counts. */
export interface PolicyAuthorRow {
  readonly id: PolicyAuthorId;
  readonly tenant_id: string;
  readonly name: string;
  /** `ed25519:…`; unique within the tenant. */
  readonly public_key: string;
  readonly created_at_ms: number;
  readonly created_by: string;
}

/** A row of `policy_signing_keys`: a key pair that the server signs accepted policies with. */
export interface PolicySigningKeyRow {
  readonly id: PolicySigningKeyId;
  /** Both halves as JSON, so that neither can be exchanged. Sealed where the store seals. */
  readonly key_sealed: string;
  readonly created_at_ms: number;
  /** Time of retirement; 0 while the key signs. */
  readonly retired_at_ms: number;
}
