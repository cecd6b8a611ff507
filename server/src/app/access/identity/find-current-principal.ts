/** Finds what a principal may do now that has asked for something earlier. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import { carriedRole, findRole } from './find-role.ts';
import { operationsOf } from './may-call.ts';
import { findTokenCreator } from './token-creator.ts';

/** Stored part of the principal. */
export type StoredPrincipal = Pick<Principal, 'id' | 'name' | 'role' | 'tenantId' | 'bond'>;

/**
 * Finds the principal as of now: with the role that it had, and no more rights than its API key,
 * or the person that an issuer knows, has now. Problems: `forbidden` where that is gone or expired.
 */
export async function findCurrentPrincipal(
  deps: AccessDeps,
  { id, name, role, tenantId, bond }: StoredPrincipal,
): Promise<Result<Principal, Problem>> {
  // What a key began goes on when the browser that it was used in is signed out.
  const isKey = id.startsWith('key_');
  const creator = await findTokenCreator(deps, {
    sub: id,
    tenant_id: tenantId,
    ...(!isKey && bond?.kind === 'session' ? { session_id: bond.id } : {}),
    ...(!isKey && bond?.kind === 'claims' ? { given: bond.claims } : {}),
  });
  const found = creator.ok ? await findRole(deps.store, tenantId, role) : undefined;
  if (!creator.ok || found === undefined) return err(isGone(name));
  const allowed = operationsOf(creator.value.principal);
  const operations = new Set([...found.operations].filter((each) => allowed.has(each)));
  const isWhole = operations.size === found.operations.size;
  const rights = isWhole ? carriedRole(found) : { role, operations };
  return ok({ id, name, tenantId, ...rights, ...creator.value.bound });
}

function isGone(name: string): Problem {
  return problem('forbidden', {
    detail:
      `${name} is no longer authorized: its API key, session or role was removed or has ` +
      'expired.',
    remedy: 'Start it again with valid credentials that allow it.',
  });
}
