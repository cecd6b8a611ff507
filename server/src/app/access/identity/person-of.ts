/** Identifies the person behind a principal: the same person for all of their keys and sessions. */
import type { Tables } from '../../../ports/tables/tables.ts';
import type { Principal } from '../../kernel/context/call-context.ts';
import { parseList } from '../../rows/parse-stored.ts';
import type { AccessDeps } from '../deps.ts';
import { isSession, sessionName } from './session.ts';

/**
 * Finds the person of a principal: of a session as its issuer names them, of an API key whom the
 * key was made for, or who made it. A key of an earlier release is the person of its name.
 */
export async function personOf(
  { store }: Pick<AccessDeps, 'store'>,
  { id, name, tenantId }: Pick<Principal, 'id' | 'name' | 'tenantId'>,
): Promise<string> {
  if (isSession({ id })) return personOfName(name);
  const [key] = await store.read({ from: 'api_keys', where: { id, tenant_id: tenantId } });
  return key?.person ?? personOfName(name);
}

/**
 * Finds the other persons through whose keys or sessions the key of a principal was made: each could
 * have kept its secret. Keys of the setup make keys for people to begin with, and do not count.
 */
export async function makersOf(
  { store }: Pick<AccessDeps, 'store'>,
  { id, tenantId }: Pick<Principal, 'id' | 'tenantId'>,
): Promise<readonly string[]> {
  if (isSession({ id })) return [];
  const [key] = await store.read({ from: 'api_keys', where: { id, tenant_id: tenantId } });
  return makersIn(key);
}

/** Finds those of a key that a principal makes for a person. */
export async function makersOfNew(
  deps: Pick<AccessDeps, 'store'>,
  principal: Pick<Principal, 'id' | 'name' | 'tenantId'>,
  person: string,
): Promise<readonly string[]> {
  const { id, tenantId } = principal;
  const [key] = await deps.store.read({ from: 'api_keys', where: { id, tenant_id: tenantId } });
  if (key?.makers_json === null) return [];
  const makers = [...makersIn(key), await personOf(deps, principal)];
  return [...new Set(makers)].filter((maker) => maker !== person);
}

/** The makers in a row. */
export function makersIn(
  key: Pick<Tables['api_keys'], 'makers_json'> | undefined,
): readonly string[] {
  return parseList<string>(key?.makers_json ?? '[]') ?? [];
}

/** Finds the person whom records name: the person of the key of that name, where there is one. */
export async function personNamed(
  { store }: Pick<AccessDeps, 'store'>,
  { name, tenantId }: Pick<Principal, 'name' | 'tenantId'>,
): Promise<string> {
  const [key] = await store.read({ from: 'api_keys', where: { tenant_id: tenantId, name } });
  return key?.person ?? personOfName(name);
}

/** Names a person together with their key, where that has another name. */
export function personWithKey(person: string, { name }: Pick<Principal, 'name'>): string {
  return personOfName(name) === person ? person : `${name} (a key of ${person})`;
}

/** Issuers' names of persons have a prefix in records, which keys' persons have not. */
function personOfName(name: string): string {
  const prefix = sessionName('');
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
