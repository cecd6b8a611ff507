/** Keeps sessions in use: a session ends when no person has used it for a while. */

import type { SessionRow } from '../../../ports/tables/session-rows.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { AccessDeps } from '../deps.ts';

/** Minimum interval between two writes of the use of a session. Unit: ms. */
const RECORD_INTERVAL_MS_MAX = 60_000;

/** Maximum share of its idle time that a session may lose because not each use is written. */
const RECORD_RATIO = 1 / 30;

/** Whether a request was made by a person, or by a page on its own. */
export type SessionActivity = 'person' | 'background';

/**
 * Records that a person used a session. Never rejects: what is not recorded ends a session early.
 * A session that was revoked meanwhile stays revoked.
 */
export async function noteSessionUse(
  { store, clock, logger, settings }: AccessDeps,
  row: SessionRow,
): Promise<void> {
  const nowMs = clock.nowMs();
  const { idleMs } = settings.sessions;
  const intervalMs = Math.min(RECORD_INTERVAL_MS_MAX, idleMs * RECORD_RATIO);
  if (nowMs - row.last_used_at_ms < intervalMs) return;
  const expires_at_ms = Math.min(nowMs + idleMs, row.ends_at_ms);
  const set = { last_used_at_ms: nowMs, expires_at_ms };
  try {
    const done = await commitChanges({ store }, [
      { kind: 'patch', table: 'sessions', id: row.id, set },
    ]);
    if (!done.ok) {
      logger.debug(
        { session: row.id, problem: done.error },
        'the use of a session could not be recorded',
      );
    }
  } catch (cause) {
    logger.debug({ session: row.id, cause }, 'the use of a session could not be recorded');
  }
}
