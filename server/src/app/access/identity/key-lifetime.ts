/**
 * No credential that expires makes what outlives it, a key or an orchestration policy that acts,
 * unless a permission allows it.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { mayCall } from './may-call.ts';
import { isSession } from './session.ts';

const MS_PER_HOUR = 3_600_000;

/**
 * Refuses a session that may not create API keys; undefined for any other principal. `*` and the
 * role admin do not include the permission: a session ends when the provider says so, a key does
 * not.
 * @param doing - what then needs the permission, in words
 */
export function refuseSession(
  principal: Principal,
  doing = 'creating API keys',
): Problem | undefined {
  if (!isSession(principal) || mayCall(principal, 'api_key.create_from_session')) return undefined;
  return problem('forbidden', {
    detail:
      `You are logged in through an identity provider, and your role ${principal.role} does not ` +
      `allow api_key.create_from_session, which ${doing} requires.`,
    remedy:
      'Use an API key, or ask an admin for a role that lists api_key.create_from_session: ' +
      'patterns such as * do not include it.',
    data: { needed_operation: 'api_key.create_from_session', role: principal.role },
  });
}

/**
 * Limits the lifetime of a new key: the requested expiry, or else that of the credential that
 * creates it. A session with the permission to create keys sets no limit.
 * @returns the time in milliseconds, null where the key does not expire. Problems: `forbidden`.
 */
export function limitLifetime(
  principal: Principal,
  asked: { readonly atMs: number; readonly expiresInHours: number | undefined },
): Result<number | null, Problem> {
  const endMs = endOf(principal);
  const { atMs, expiresInHours } = asked;
  if (expiresInHours === undefined) return ok(endMs ?? null);
  const expiresAtMs = atMs + expiresInHours * MS_PER_HOUR;
  if (endMs === undefined || expiresAtMs <= endMs) return ok(expiresAtMs);
  const end = toTimestamp(endMs);
  return err(
    problem('forbidden', {
      detail: `An API key cannot outlive the credential that creates it, which expires at ${end}.`,
      remedy:
        'Set fewer hours, or omit them so that the key expires with your credential. For a ' +
        'longer lifetime, use an API key without an expiry.',
      fields: [{ path: ['expires_in_hours'], message: `must end by ${end}` }],
    }),
  );
}

/**
 * Refuses to create what never expires; undefined where the principal may.
 * @param creating - `what`: a key, or what acts by itself; `doing`: its creation; both in words
 */
export function refuseLasting(
  principal: Principal,
  { what, doing }: { readonly what: string; readonly doing?: string },
): Problem | undefined {
  const refusal = refuseSession(principal, doing);
  const endMs = endOf(principal);
  if (refusal !== undefined || endMs === undefined) return refusal;
  return problem('forbidden', {
    detail:
      `${what} does not expire, so it would outlive your credential, which expires at ` +
      `${toTimestamp(endMs)}.`,
    remedy: 'Use an API key without an expiry.',
  });
}

function endOf(principal: Principal): number | undefined {
  return isSession(principal) ? undefined : principal.expiresAtMs;
}
