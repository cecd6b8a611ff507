/**
 * Finds the caller of a session. Nothing is cached: a session that is revoked, or whose key, role
 * or tenant is gone, ends with the next request at every server.
 */
import { SessionId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { SessionRow } from '../../../ports/tables/session-rows.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import { hashSecret } from '../identity/hash-secret.ts';
import { principalOfSession } from '../identity/principal-of-session.ts';
import { endsOfSession } from '../identity/session-end.ts';
import { csrfTokenOf, isSessionSecret } from './session-secret.ts';

/** A session that is valid now. */
export interface FoundSession {
  readonly row: SessionRow;
  readonly principal: Principal;
}

/**
 * Finds a session by its secret. Problems: `unauthenticated`, with the reason in its data:
 * `session-unknown`, `session-expired` or `session-credential`.
 */
export async function findSession(
  deps: AccessDeps,
  secret: string,
): Promise<Result<FoundSession, Problem>> {
  if (!isSessionSecret(secret)) return err(sessionEnded('session-unknown'));
  const where = { secret_hash: hashSecret(secret) };
  const [row] = await deps.store.read({ from: 'sessions', where });
  if (row === undefined) return err(sessionEnded('session-unknown'));
  const { expiresAtMs, endsAtMs } = endsOfSession(row, deps.settings.sessions);
  if (expiresAtMs <= deps.clock.nowMs()) return err(sessionEnded('session-expired'));
  const principal = await principalOfSession(deps, row);
  if (principal === undefined) return err(sessionEnded('session-credential'));
  const id = SessionId.parse(row.id);
  const session = { id, csrfToken: csrfTokenOf(secret), endsAtMs };
  return ok({ row, principal: { ...principal, session, bond: { kind: 'session', id } } });
}

/** Reason why a session is not accepted. */
type SessionEnd = 'session-unknown' | 'session-expired' | 'session-credential';

const REASONS: Readonly<Record<SessionEnd, string>> = {
  'session-unknown': 'The session has ended: you signed out or it was revoked.',
  'session-expired': 'The session has expired.',
  'session-credential': 'The session has ended: its API key, role or tenant was removed.',
};

/** The refusal of a session. */
function sessionEnded(reason: SessionEnd): Problem {
  return problem('unauthenticated', {
    detail: REASONS[reason],
    remedy: 'Sign in again.',
    data: { reason },
  });
}
