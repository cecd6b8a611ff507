import type { EnrollmentId } from '@novacron/contract/ids';

/** Enrollment that entitles the agent of a node, or a runner, to a certificate. */
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
  /** Expiry of the token. */
  readonly expires_at_ms: number;
  readonly enrolled_at_ms: number | null;
  readonly certificate_serial: string | null;
  readonly certificate_expires_at_ms: number | null;
  readonly revoked_at_ms: number | null;
  /** Hash of the public key in the last certificate; null if an older release signed it. */
  readonly key_hash: string | null;
}
