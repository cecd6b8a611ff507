/**
 * Computes the end of a session from the current time limits: shorter limits also apply to existing
 * sessions.
 */
import type { SessionRow } from '../../../ports/tables/session-rows.ts';
import type { SessionTimes } from '../session-times.ts';

/** End times of a session. Unit: ms. */
interface SessionEnds {
  /** Unless it is used before. */
  readonly expiresAtMs: number;
  /** Used or not. */
  readonly endsAtMs: number;
}

/** Finds when a session ends: longer times lengthen no session that has begun. */
export function endsOfSession(
  row: Pick<SessionRow, 'created_at_ms' | 'last_used_at_ms' | 'expires_at_ms' | 'ends_at_ms'>,
  { idleMs, lifetimeMs }: SessionTimes,
): SessionEnds {
  const endsAtMs = Math.min(row.ends_at_ms, row.created_at_ms + lifetimeMs);
  const idleAtMs = Math.min(row.expires_at_ms, row.last_used_at_ms + idleMs);
  return { expiresAtMs: Math.min(idleAtMs, endsAtMs), endsAtMs };
}
