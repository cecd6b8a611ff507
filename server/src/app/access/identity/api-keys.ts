/** API keys: creation, listing and revocation. */
import type { ApiKey } from '@novacron/contract/access/identity';
import { ApiKeyId, TenantId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { OperationSet } from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { retryConflicts } from '../../kernel/admission/retry-conflicts.ts';
import { auditChange, auditRefusal } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PortsOf } from '../../kernel/context/deps.ts';
import { pageOf } from '../../rows/page.ts';
import { replan } from '../../rows/replan.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { newTenantRow } from '../../rows/tenant-row.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { AccessDeps } from '../deps.ts';
import { chargeTenant, checkQuota, newQuotaRow, refundTenant } from '../quota/tenant-quota.ts';
import { type FoundRole, findRole, requireRole } from './find-role.ts';
import { refuseGrant, refuseRevocation } from './grant-roles.ts';
import { hashSecret } from './hash-secret.ts';
import { makeSecret } from './key-secret.ts';
import { keepIssuer } from './last-issuer.ts';

const MS_PER_HOUR = 3_600_000;

/** Name of the tenant that exists from the first start. */
const DEFAULT_TENANT_NAME = 'default';

/** Name of the key that is created on the first start. */
const ADMIN_KEY_NAME = 'admin';

/** The lease that never ends: its holder made the first key. */
const FIRST_KEY_LEASE = 'first-key';

/** Where and how the first key is stored. */
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
  const done = await deps.store.commit(firstKeyChanges(deps, secret, place));
  if (done.ok) return ok(secret);
  if (done.error.code !== 'conflict') return done;
  place.discard();
  return ok(undefined);
}

/** Where the first key was created, in words; undefined where no server recorded it. */
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
  const created_at_ms = deps.clock.nowMs();
  const tenant = newTenantRow(
    { id: tenantId, name: DEFAULT_TENANT_NAME },
    { atMs: created_at_ms, by: ADMIN_KEY_NAME },
  );
  const quotas = newQuotaRow(tenantId, { api_keys: 1 });
  const key = {
    id: deps.ids.next('key'),
    tenant_id: tenantId,
    name: ADMIN_KEY_NAME,
    role: 'admin',
    secret_hash: hashSecret(secret),
    created_at_ms,
    expires_at_ms: null,
  };
  const lease = { id: FIRST_KEY_LEASE, holder: words, fence: 1, expires_at_ms: 0, progress: 0 };
  return [
    { kind: 'insert', into: 'tenants', row: { ...tenant, is_platform: 1 }, otherwise },
    { kind: 'insert', into: 'tenant_quotas', row: quotas, otherwise },
    { kind: 'insert', into: 'api_keys', row: key, otherwise },
    ...(words === '' ? [] : [{ kind: 'insert', into: 'leases', row: lease, otherwise } as const]),
  ];
}

/** Creates a key; only this answer contains its secret. */
export async function createApiKey(
  deps: AccessDeps,
  input: ParsedInputOf<'api_key.create'>,
  context: CallContext,
): Promise<Result<{ readonly resource: ApiKey; readonly secret: string }, Problem>> {
  const { tenantId } = context.principal;
  const role = await requireRole(deps.store, tenantId, input.role);
  if (!role.ok) return role;
  const refusal = await refuseKey(deps, context, { input, operations: role.value.operations });
  if (refusal !== undefined) return err(refusal);
  const secret = makeSecret(deps);
  const created_at_ms = deps.clock.nowMs();
  const row = {
    id: deps.ids.next('key'),
    tenant_id: tenantId,
    name: input.name,
    role: input.role,
    secret_hash: hashSecret(secret),
    created_at_ms,
    expires_at_ms:
      input.expires_in_hours === undefined
        ? null
        : created_at_ms + input.expires_in_hours * MS_PER_HOUR,
  };
  const done = await deps.store.commit([
    ...requireRoleStill(role.value),
    { kind: 'insert', into: 'api_keys', row, otherwise: keyNameTaken(input.name) },
    ...chargeTenant(tenantId, ONE_KEY),
    keyAudit(deps, context, 'api_key.create', row),
  ]);
  return done.ok ? ok({ resource: toApiKey(row), secret }) : done;
}

const ONE_KEY = { api_keys: 1 } as const;

/**
 * Refuses a key with more rights than its creator has, beyond the tenant's quota, or against a
 * policy.
 */
async function refuseKey(
  deps: AccessDeps,
  context: CallContext,
  {
    input,
    operations,
  }: { readonly input: ParsedInputOf<'api_key.create'>; readonly operations: OperationSet },
): Promise<Problem | undefined> {
  const { principal } = context;
  const { name, role } = input;
  const [quota] = await deps.store.read({
    from: 'tenant_quotas',
    where: { id: principal.tenantId },
  });
  const refusal =
    refuseGrant(principal, { operations, what: 'An API key', field: 'role' }) ??
    checkQuota(quota, ONE_KEY);
  if (refusal === undefined) {
    return decideKeyWrite(deps, context, 'api_key.create', { id: '', name, role });
  }
  await auditRefusal(deps, context, 'api_key.create', { name }, refusal);
  return refusal;
}

/** Guard: the role is unchanged since it was compared with the rights of the creator. */
function requireRoleStill({ row }: FoundRole): ChangeSet {
  if (row === undefined) return [];
  const { id, name, revision } = row;
  const otherwise = replan(`The role ${name}`);
  return [{ kind: 'update', table: 'roles', id, set: {}, expect: { revision }, otherwise }];
}

/** Lists keys. */
export async function listApiKeys(
  deps: AccessDeps,
  input: ParsedInputOf<'api_key.list'>,
  context: CallContext,
) {
  const rows = await deps.store.read({
    from: 'api_keys',
    where: {
      tenant_id: context.principal.tenantId,
      ...(input.cursor === undefined ? {} : { id: { above: input.cursor } }),
    },
    limit: input.limit + 1,
  });
  return ok(pageOf(rows, input.limit, toApiKey));
}

/**
 * Revokes a key. Problems: `forbidden` for a key with more rights than the caller has; `in-use` for
 * the last one that may create others.
 */
export function deleteApiKey(
  deps: AccessDeps,
  input: ParsedInputOf<'api_key.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const attempt = () => tryToDelete(deps, input, context);
  return retryConflicts(deps, context, 'api_key.delete', attempt);
}

async function tryToDelete(
  deps: AccessDeps,
  input: ParsedInputOf<'api_key.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const { principal } = context;
  const { tenantId } = principal;
  const where = { id: input.id, tenant_id: tenantId };
  const [row] = await deps.store.read({ from: 'api_keys', where });
  if (row === undefined) return err(notFound('API key', input.id));
  const { id, name, role } = row;
  const carried = await findRole(deps.store, tenantId, role);
  const bound = carried && refuseRevocation(principal, { name, operations: carried.operations });
  const kept = bound ? err(bound) : await keepIssuer(deps, tenantId, { kind: 'key', id, name });
  if (!kept.ok) {
    await auditRefusal(deps, context, 'api_key.delete', row, kept.error);
    return kept;
  }
  const refusal = await decideKeyWrite(deps, context, 'api_key.delete', { id, name, role });
  if (refusal !== undefined) return err(refusal);
  const done = await deps.store.commit([
    ...kept.value,
    { kind: 'delete', from: 'api_keys', id: row.id, otherwise: notFound('API key', row.id) },
    ...refundTenant(tenantId, ONE_KEY),
    keyAudit(deps, context, 'api_key.delete', row),
  ]);
  return done.ok ? ok({}) : done;
}

async function decideKeyWrite(
  deps: AccessDeps,
  context: CallContext,
  operation: 'api_key.create' | 'api_key.delete',
  key: { readonly id: string; readonly name: string; readonly role: string },
): Promise<Problem | undefined> {
  const fields = { name: key.name, role: key.role };
  const isCreate = operation === 'api_key.create';
  const decision = await deps.verdicts.decide(context, {
    operation,
    resourceKind: 'api_key',
    target: { id: key.id, name: key.name },
    before: isCreate ? null : fields,
    wanted: isCreate ? fields : null,
    unknown: [],
  });
  if (decision.problem !== undefined) {
    await auditRefusal(deps, context, operation, key, decision.problem);
  }
  return decision.problem;
}

function keyAudit(
  deps: AccessDeps,
  context: CallContext,
  operation: string,
  row: Tables['api_keys'],
): Change {
  const target = { id: row.id, name: row.name };
  const entry = {
    operation,
    outcome: 'done',
    resourceKind: 'api_key',
    target,
    changes: {},
  } as const;
  return auditChange(deps, context, entry);
}

/** A key as answers carry it. */
export function toApiKey(row: Tables['api_keys']): ApiKey {
  return {
    id: ApiKeyId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    name: row.name,
    role: row.role,
    created_at: toTimestamp(row.created_at_ms),
    expires_at: row.expires_at_ms === null ? null : toTimestamp(row.expires_at_ms),
  };
}

function keyNameTaken(name: string): Problem {
  return problem('name-taken', {
    detail: `An API key named ${name} exists already.`,
    remedy: 'Choose another name, or revoke the existing key first.',
    fields: [{ path: ['name'], message: 'is the name of another API key' }],
  });
}
