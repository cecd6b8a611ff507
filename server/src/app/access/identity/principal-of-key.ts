/** Finds whom an API key stands for. */
import { TenantId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { statesOfKey } from './answer-key.ts';
import { carriedRole, findRole } from './find-role.ts';

/** Finds whom a key stands for now. Problems: `unauthenticated` once it has expired. */
export async function principalOfKey(
  { store, clock }: Pick<AccessDeps, 'store' | 'clock'>,
  row: Tables['api_keys'],
): Promise<Result<Principal, Problem>> {
  if (row.expires_at_ms !== null && row.expires_at_ms <= clock.nowMs()) return err(expiredKey(row));
  const tenantId = TenantId.parse(row.tenant_id);
  const role = await findRole(store, tenantId, row.role);
  if (role === undefined) return err(keyWithoutRole(row));
  const end = row.expires_at_ms === null ? {} : { expiresAtMs: row.expires_at_ms };
  const person = row.person === null || row.person === row.name ? {} : { person: row.person };
  const terraformStates = statesOfKey(row);
  const narrowed = terraformStates === undefined ? {} : { terraformStates };
  const rights = { ...carriedRole(role), ...narrowed };
  return ok({ id: row.id, name: row.name, ...person, ...rights, tenantId, ...end });
}

/** A role that keys have cannot be deleted; only a store that was repaired by hand can lack it. */
function keyWithoutRole(row: Tables['api_keys']): Problem {
  return problem('unauthenticated', {
    detail: `The API key ${row.name} has the role ${row.role}, which does not exist.`,
    remedy: 'Ask an admin for a new key: novacron api-key create NAME --role ROLE.',
  });
}

function expiredKey(row: Tables['api_keys']): Problem {
  return problem('unauthenticated', {
    detail: `The API key ${row.name} expired at ${toTimestamp(row.expires_at_ms ?? 0)}.`,
    remedy: 'Ask an admin for a new key: novacron api-key create NAME --role ROLE.',
  });
}
