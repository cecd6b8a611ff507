/** The first tenant and its admin key, which the first start of a server creates. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { PortsOf } from '../../kernel/context/deps.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { newTenantRow } from '../../rows/tenant-row.ts';
import type { AccessDeps } from '../deps.ts';
import { newQuotaRow } from '../quota/tenant-quota.ts';
import { makeSecret } from './key-secret.ts';
import { newKeyRow } from './new-key.ts';

/** Name of the tenant that exists from the first start. */
const DEFAULT_TENANT_NAME = 'default';

/** Name of the key that is created on the first start. */
const ADMIN_KEY_NAME = 'admin';

/** The lease that never ends: its holder made the first key. */
const FIRST_KEY_LEASE = 'first-key';

/** Place where the first key is stored. */
export interface FirstKeyPlace {
  /** Names that place for people who look on another server. */
  readonly words: string;
  /** Removes the secret again: another server created the key first. */
  readonly discard: () => void;
}

/**
 * Creates the first tenant and its admin key; undefined when they exist. Of several servers that
 * start at the same time, one creates them.
 * @param keep - writes the secret to its file; it runs first, so that a server that is killed in
 *   between leaves a secret without a key and never a key without a secret
 * @param place - needed where several servers share the store
 */
export async function createFirstKey(
  deps: PortsOf<AccessDeps>,
  keep: (secret: string) => Result<void, Problem>,
  place: FirstKeyPlace = { words: '', discard: () => undefined },
): Promise<Result<string | undefined, Problem>> {
  const tenants = await deps.store.read({ from: 'tenants', limit: 1 });
  if (tenants.length > 0) return ok(undefined);
  const secret = makeSecret(deps);
  const kept = keep(secret);
  if (!kept.ok) return kept;
  const done = await commitChanges(deps, firstKeyChanges(deps, secret, place));
  if (done.ok) return ok(secret);
  if (done.error.code !== 'conflict') return done;
  place.discard();
  return ok(undefined);
}

/** Describes where the first key was created; undefined if no server recorded it. */
export async function findFirstKeyPlace({
  store,
}: PortsOf<AccessDeps>): Promise<string | undefined> {
  const [row] = await store.read({ from: 'leases', where: { id: FIRST_KEY_LEASE } });
  return row?.holder;
}

function firstKeyChanges(
  deps: PortsOf<AccessDeps>,
  secret: string,
  { words }: FirstKeyPlace,
): Change[] {
  const tenantId = deps.ids.next('tnt');
  const otherwise = problem('conflict', {
    detail: 'Another server created the first key at the same time.',
    remedy: 'Use the key of that server.',
  });
  const atMs = deps.clock.nowMs();
  const tenant = newTenantRow(
    { id: tenantId, name: DEFAULT_TENANT_NAME },
    { atMs, by: ADMIN_KEY_NAME },
  );
  const quotas = newQuotaRow(tenantId, { api_keys: 1 });
  const key = newKeyRow(deps, secret, {
    tenantId,
    name: ADMIN_KEY_NAME,
    role: 'admin',
    atMs,
    by: OWN_PRINCIPALS.novacron,
    person: null,
    expiresAtMs: null,
  });
  const lease = { id: FIRST_KEY_LEASE, holder: words, fence: 1, expires_at_ms: 0, progress: 0 };
  return [
    { kind: 'insert', into: 'tenants', row: { ...tenant, is_platform: 1 }, otherwise },
    { kind: 'insert', into: 'tenant_quotas', row: quotas, otherwise },
    { kind: 'insert', into: 'api_keys', row: key, otherwise },
    ...(words === '' ? [] : [{ kind: 'insert', into: 'leases', row: lease, otherwise } as const]),
  ];
}
