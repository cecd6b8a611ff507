import type { EnrollmentId } from '@novacron/contract/ids';

/** Who may have, or has, a certificate for the agent of a node, or for a runner. */
export interface EnrollmentRow {
  readonly id: EnrollmentId;
  /**
   * The tenant of its creator, which its records belong to; for a runner, the tenant whose commands
   * it runs.
   */
  readonly tenant_id: string;
  /**
   * The node; for a runner `runner:NAME`, which no node is called: a server of the release before
   * makes no certificate of an agent from its token.
   */
  readonly node: string;
  /** The name of a runner; null in enrollments of agents. */
  readonly runner: string | null;
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
