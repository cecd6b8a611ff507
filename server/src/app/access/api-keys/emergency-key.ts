/** An API key that the owner of the server's machine creates in the store, past the server. */
import type { ApiKey } from '@novacron/contract/access/identity';
import { TenantId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { newName } from '@novacron/contract/schema/new-name';
import { ResourceName } from '@novacron/contract/schema/resource';
import { auditChange } from '../../kernel/audit/audit.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { derivedName } from '../../rows/own-principals.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { keyNameTaken, toApiKey } from '../identity/answer-key.ts';
import { requireRole } from '../identity/find-role.ts';
import { newKey } from '../identity/new-key.ts';
import { refuseReservedName } from '../identity/reserved-names.ts';
import { rechargeTenant } from '../quota/tenant-quota.ts';

/** Emergency key to create, and its creator. */
export interface EmergencyKey {
  readonly name: string;
  readonly role: string;
  /** Id or name of its tenant; the first one by default. */
  readonly tenant?: string;
  /** User of the machine. */
  readonly user: string;
}

/**
 * Returns the name by which records refer to a user of the server's machine; no API key has a name
 * with a colon.
 */
export function breakGlassName(user: string): string {
  return derivedName('breakGlass', user);
}

/** Attempts after a conflict with a server that works on the same store. */
const ATTEMPTS_MAX = 8;

/**
 * Creates a key without asking policies, roles, feature flags or the quota: each of them may be
 * what locks everybody out. It is counted and audited like any other. Problems: `not-found` for the
 * tenant, `reference-unknown` for the role, `name-taken`, `validation-failed`, `conflict`.
 */
export async function createEmergencyKey(
  deps: Pick<AccessDeps, 'store' | 'ids' | 'clock' | 'secretRandom'>,
  wanted: EmergencyKey,
): Promise<Result<{ readonly resource: ApiKey; readonly secret: string }, Problem>> {
  const invalid = refuseName(wanted.name) ?? refuseReservedName(wanted.name);
  if (invalid !== undefined) return err(invalid);
  let last = await tryToCreate(deps, wanted);
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (last.ok || last.error.data?.replan !== true) return last;
    last = await tryToCreate(deps, wanted);
  }
  return last;
}

async function tryToCreate(
  deps: Pick<AccessDeps, 'store' | 'ids' | 'clock' | 'secretRandom'>,
  { name, role, tenant, user }: EmergencyKey,
): Promise<Result<{ readonly resource: ApiKey; readonly secret: string }, Problem>> {
  const { store } = deps;
  const { byId, byName, first } = await store.snapshot({
    byId: { from: 'tenants', where: { id: tenant ?? '' } },
    byName: { from: 'tenants', where: { name: tenant ?? '' } },
    first: { from: 'tenants', where: { is_platform: 1 }, limit: 1 },
  });
  const [owner] = tenant === undefined ? first : [...byId, ...byName];
  if (owner === undefined) return err(noTenant(tenant));
  const found = await requireRole(store, owner.id, role);
  if (!found.ok) return found;
  const counted = await store.read({ from: 'tenant_quotas', where: { id: owner.id } });
  const by = breakGlassName(user);
  const plan = { tenantId: owner.id, name, role, atMs: deps.clock.nowMs(), by, person: null };
  const { row, secret } = newKey(deps, { ...plan, makers: null, expiresAtMs: null });
  // The store's own id, parsed before it was written.
  const principal = { id: by, name: by, tenantId: TenantId.parse(owner.id) };
  const context = { principal, client: 'platform', requestId: deps.ids.next('req') } as const;
  const done = await commitChanges({ store }, [
    {
      kind: 'update',
      table: 'tenants',
      id: owner.id,
      set: {},
      otherwise: replan(`The tenant ${owner.name}`),
    },
    { kind: 'insert', into: 'api_keys', row, otherwise: keyNameTaken(name) },
    // A store without counts is counted when its server starts.
    ...(counted.length === 0 ? [] : rechargeTenant(owner.id, { api_keys: 1 })),
    auditChange(deps, context, {
      operation: 'api_key.create',
      outcome: 'done',
      resourceKind: 'api_key',
      target: { id: row.id, name },
      changes: { role: { was: null, is: role } },
    }),
  ]);
  return done.ok ? ok({ resource: toApiKey(row), secret }) : done;
}

function refuseName(name: string): Problem | undefined {
  const parsed = newName(ResourceName).safeParse(name);
  if (parsed.success) return undefined;
  const message = parsed.error.issues[0]?.message ?? 'is not a name';
  return problem('validation-failed', {
    detail: `The name ${JSON.stringify(name)} ${message}.`,
    remedy: 'Choose another name.',
    fields: [{ path: ['name'], message }],
  });
}

function noTenant(named: string | undefined): Problem {
  return problem('not-found', {
    detail:
      named === undefined
        ? 'The store has no tenant yet: no server has started on it.'
        : `This store has no tenant with the id or name ${named}.`,
    remedy:
      named === undefined
        ? 'Start the server: its first start creates the tenant and an admin key.'
        : 'Check --tenant, or leave it out for the first tenant.',
  });
}
