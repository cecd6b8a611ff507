import type { EnrollmentId } from '@novacron/contract/ids';

/** Who may have, or has, a certificate for the agent of a node. */
export interface EnrollmentRow {
  readonly id: EnrollmentId;
  /** The tenant of its creator, which its records belong to. */
  readonly tenant_id: string;
  readonly node: string;
  readonly token_hash: string;
  readonly status: 'pending' | 'active' | 'revoked';
  readonly created_by: string;
  readonly created_at_ms: number;
  /** When the token ends. */
  readonly expires_at_ms: number;
  readonly enrolled_at_ms: number | null;
  readonly certificate_serial: string | null;
  readonly certificate_expires_at_ms: number | null;
  readonly revoked_at_ms: number | null;
  /** Of the public key that the last certificate is for; null where an older release signed. */
  readonly key_hash: string | null;
}
