/** Lists and revokes sessions: the caller's own, and with the permission those of its tenant. */
import type { Session } from '@novacron/contract/access/session';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CallContext, Principal } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { mayCall } from '../identity/may-call.ts';
import { endsOfSession } from '../identity/session-end.ts';
import { toSession } from './answer-session.ts';
import { auditSession } from './begin-session.ts';

/** Returns the condition for sessions that a caller can see. */
function visibleTo(principal: Principal) {
  const ofTenant = { tenant_id: principal.tenantId };
  if (mayCall(principal, 'session.revoke_any')) return ofTenant;
  return { ...ofTenant, principal_id: principal.id };
}

/**
 * Lists sessions that have not ended. Those that have since retention last ran are left out of the
 * pages, not of the order, which an index has; a total counts them.
 */
export async function listSessions(
  deps: AccessDeps,
  input: ParsedInputOf<'session.list'>,
  { principal }: CallContext,
): Promise<Result<Page<Session>, Problem>> {
  const source = {
    operation: 'session.list',
    from: 'sessions',
    where: visibleTo(principal),
    columns: { principal: 'principal_name' },
    idPrefix: 'ses',
  } as const;
  const page = await readList(deps, source, input);
  if (!page.ok) return page;
  const nowMs = deps.clock.nowMs();
  const { sessions } = deps.settings;
  const items = page.value.items.filter((row) => endsOfSession(row, sessions).expiresAtMs > nowMs);
  return ok(mapPage({ ...page.value, items }, (row) => toSession(deps, row, principal)));
}

/** Ends a session. Problems: `not-found`, `policy-denied`, those of the store. */
export async function revokeSession(
  deps: AccessDeps,
  { id }: ParsedInputOf<'session.revoke'>,
  context: CallContext,
): Promise<Result<{ readonly resource: Session }, Problem>> {
  const { principal } = context;
  const [row] = await deps.store.read({
    from: 'sessions',
    where: { ...visibleTo(principal), id },
  });
  if (row === undefined) return err(notFound('session', id));
  return commitObject(deps, context, {
    operation: 'session.revoke',
    resourceKind: 'session',
    target: { id, name: row.principal_name },
    before: { principal: row.principal_name, method: row.method },
    wanted: null,
    changes: [{ kind: 'delete', from: 'sessions', id, otherwise: notFound('session', id) }],
    audit: [auditSession(deps, context, 'session.revoke', row)],
    answer: { resource: toSession(deps, row, principal) },
  });
}
