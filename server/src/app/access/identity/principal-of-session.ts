/** Finds whom a session stands for now. */
import type { SessionRow } from '../../../ports/tables/session-rows.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import { principalOfKey } from './principal-of-key.ts';
import { personOfClaims } from './stored-claims.ts';

/** Finds the caller; undefined where its key, role or tenant is gone, or is another one now. */
export async function principalOfSession(
  deps: AccessDeps,
  row: SessionRow,
): Promise<Principal | undefined> {
  const principal = row.method === 'oidc' ? await findPerson(deps, row) : await findKey(deps, row);
  return principal?.tenantId === row.tenant_id ? principal : undefined;
}

async function findKey(deps: AccessDeps, row: SessionRow): Promise<Principal | undefined> {
  const where = { id: row.principal_id, tenant_id: row.tenant_id };
  const [key] = await deps.store.read({ from: 'api_keys', where });
  const found = key && (await principalOfKey(deps, key));
  return found?.ok ? found.value : undefined;
}

async function findPerson(
  deps: AccessDeps,
  { claims_json, ends_at_ms }: SessionRow,
): Promise<Principal | undefined> {
  if (deps.oidc?.signIn === undefined) return undefined;
  const found = await personOfClaims(deps, parseJson(claims_json ?? ''));
  return found.ok ? { ...found.value, expiresAtMs: ends_at_ms } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
