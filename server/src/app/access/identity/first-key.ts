/** The first tenant and its admin key, which the first start of a server creates. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { PortsOf } from '../../kernel/context/deps.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { newTenantRow } from '../../rows/tenant-row.ts';
import type { AccessDeps } from '../deps.ts';
import { newQuotaRow } from '../quota/tenant-quota.ts';
import { hashSecret } from './hash-secret.ts';
import { faultOfSecret, makeSecret } from './key-secret.ts';
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

/**
 * Gives a new store the admin key that an operator has chosen; of several servers that start with
 * it at the same time, one does.
 * @returns `made`, or `known` where the store has the key; a problem when it has others only, or
 *   when the secret could be guessed
 */
export async function createChosenKey(
  deps: PortsOf<AccessDeps>,
  { file, secret }: { readonly file: string; readonly secret: string },
): Promise<Result<'made' | 'known', Problem>> {
  const fault = faultOfSecret(secret);
  if (fault !== undefined) return err(weakKey(file, fault));
  const tenants = await deps.store.read({ from: 'tenants', limit: 1 });
  if (tenants.length === 0) {
    const place = { words: '', discard: () => undefined };
    const done = await commitChanges(deps, firstKeyChanges(deps, secret, place));
    if (done.ok) return ok('made');
    if (done.error.code !== 'conflict') return done;
  }
  const where = { secret_hash: hashSecret(secret) };
  const [row] = await deps.store.read({ from: 'api_keys', where, limit: 1 });
  return row === undefined ? err(otherKeys(file)) : ok('known');
}

/** A key that was chosen and could be guessed. */
export function weakKey(file: string, fault: string): Problem {
  return problem('validation-failed', {
    detail: `The first admin key in ${file} ${fault}.`,
    remedy:
      `Make one with: printf 'ncr_%s' "$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')" ` +
      `> ${file}`,
  });
}

/** A key that was chosen for a store that has others. */
export function otherKeys(file: string): Problem {
  return problem('conflict', {
    detail: `The store has API keys already, and the key in ${file} is none of them.`,
    remedy:
      'Remove the setting bootstrap-admin-key-file, which is for new stores only, and start ' +
      'again. Create keys with novacron api-key create, with --break-glass if none is left.',
  });
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
    makers: null,
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
