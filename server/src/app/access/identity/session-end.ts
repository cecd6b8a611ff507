/** When a session ends, by the times of the moment: shorter ones bind sessions that exist. */
import type { SessionRow } from '../../../ports/tables/session-rows.ts';
import type { SessionTimes } from '../session-times.ts';

/** When a session ends. Unit: ms. */
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
