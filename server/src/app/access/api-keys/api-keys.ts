/**
 * API keys: creation, listing and revocation, in the caller's tenant or, for operators of NovaCron,
 * in another one.
 */

import type { ApiKey } from '@novacron/contract/access/identity';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { auditChange, auditRefusal } from '../../kernel/audit/audit.ts';
import type { CallContext, Principal } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { admitObject, type CheckedObject, commitObject } from '../../kernel/write/write-object.ts';
import { derivedName } from '../../rows/own-principals.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { keyNameTaken, statesOfKey, toApiKey } from '../identity/answer-key.ts';
import { dropSessionsOf } from '../identity/drop-sessions.ts';
import { type FoundRole, findRole, requireRole } from '../identity/find-role.ts';
import { refuseGrant, refuseRevocation, refuseStates } from '../identity/grant-roles.ts';
import { hashSecret } from '../identity/hash-secret.ts';
import { limitLifetime, refuseSession } from '../identity/key-lifetime.ts';
import { makeSecret, secretPrefixOf } from '../identity/key-secret.ts';
import { keepIssuer } from '../identity/last-issuer.ts';
import { newKey } from '../identity/new-key.ts';
import { makersIn, makersOfNew, personOf } from '../identity/person-of.ts';
import { refuseReservedName } from '../identity/reserved-names.ts';
import { chargeTenant, checkQuota, refundTenant } from '../quota/tenant-quota.ts';
import { findTargetTenant, type TargetTenant } from '../tenants/target-tenant.ts';

const ONE_KEY = { api_keys: 1 } as const;

/** A new key; only this answer contains its secret. */
export interface CreatedKey {
  readonly resource: ApiKey;
  readonly secret: string;
}

/**
 * Creates a key. A repeat with the same idempotency key makes no second one: while the key has not
 * been used, it gets another secret, because the first one may be lost with its answer.
 */
export async function createApiKey(
  deps: AccessDeps,
  input: ParsedInputOf<'api_key.create'>,
  context: CallContext,
): Promise<Result<CreatedKey, Problem>> {
  const show = (id: string) => replaceSecret(deps, { id, input }, context);
  const check = () => checkCreate(deps, input, context);
  return admitObject(deps, context, { name: 'api_key.create', check, keyed: { input, show } });
}

async function checkCreate(
  deps: AccessDeps,
  input: ParsedInputOf<'api_key.create'>,
  context: CallContext,
): CheckedObject<CreatedKey> {
  const checked = await checkNewKey(deps, { input, charge: ONE_KEY }, context);
  if (!checked.ok) return checked;
  const { target, role, atMs, expiresAtMs, found } = checked.value;
  const { name } = input;
  const terraformStates = input.terraform_states ?? context.principal.terraformStates;
  const by = callerNameIn(context, target);
  const person = input.person ?? (await personOf(deps, context.principal));
  const makers = await makersOfNew(deps, context.principal, person);
  const plan = { tenantId: target.id, name, role: input.role, atMs, by, person, makers };
  const { row, secret } = newKey(deps, { ...plan, terraformStates, expiresAtMs });
  return ok({
    ...createOf(row),
    found,
    changes: [
      ...requireRoleStill(role),
      { kind: 'insert', into: 'api_keys', row, otherwise: keyNameTaken(name) },
      ...chargeTenant(row.tenant_id, ONE_KEY),
    ],
    audit: keyAudit(deps, context, 'api_key.create', { row, target }),
    answer: { resource: toApiKey(row), secret },
  });
}

function createOf({ id, name, role }: Pick<Tables['api_keys'], 'id' | 'name' | 'role'>) {
  const target = { id, name };
  const wanted = { name, role };
  const operation = 'api_key.create';
  return { operation, resourceKind: 'api_key', target, before: null, wanted } as const;
}

/**
 * Answers a repeated create: a caller who may create the key may have its secret replaced, as long
 * as it has never been used. Problems: those of a new key; `conflict` once it has been used.
 */
async function replaceSecret(
  deps: AccessDeps,
  { id, input }: { readonly id: string; readonly input: ParsedInputOf<'api_key.create'> },
  context: CallContext,
): Promise<Result<CreatedKey, Problem>> {
  const checked = await checkNewKey(deps, { input, charge: {} }, context);
  if (!checked.ok) return checked;
  const { target, role, found } = checked.value;
  return commitObject(deps, context, {
    ...createOf({ ...input, id }),
    found,
    plan: async () => {
      const where = { id, tenant_id: target.id };
      const [row] = await deps.store.read({ from: 'api_keys', where });
      if (row === undefined) return err(replan('The API key'));
      if (row.last_used_at_ms !== null) return err(secretWasShown(row));
      const secret = makeSecret(deps);
      const makers = await makersOfNew(deps, context.principal, row.person ?? row.name);
      const all = [...new Set([...makersIn(row), ...makers])];
      const set = {
        ...(all.length > 0 && { makers_json: JSON.stringify(all) }),
        secret_hash: hashSecret(secret),
        secret_prefix: secretPrefixOf(secret) ?? null,
      };
      const expect = { secret_hash: row.secret_hash, last_used_at_ms: null };
      const otherwise = replan('The API key');
      return ok({
        changes: [
          ...requireRoleStill(role),
          { kind: 'update', table: 'api_keys', id, set, expect, otherwise },
        ],
        audit: keyAudit(deps, context, 'api_key.create', { row, target }),
        answer: { resource: toApiKey({ ...row, ...set }), secret },
      });
    },
  });
}

function secretWasShown({ id, name }: Tables['api_keys']): Problem {
  return problem('conflict', {
    detail:
      `An earlier request with this idempotency key created the API key ${name} (${id}), ` +
      'which has been used since, so its secret is not shown again.',
    remedy:
      `Use that secret, or delete the key (novacron api-key delete ${id}) and create another ` +
      'one.',
  });
}

/** Checks everything about a new key but the policies; `found` is what refuses it. */
async function checkNewKey(
  deps: AccessDeps,
  { input, charge }: Pick<AskedKey, 'input' | 'charge'>,
  context: CallContext,
) {
  const { principal } = context;
  const target = await requireTarget(deps, context, 'api_key.create', input);
  if (!target.ok) return target;
  const role = await requireRole(deps.store, target.value.id, input.role);
  if (!role.ok) return role;
  const atMs = deps.clock.nowMs();
  const known = { atMs, target: target.value, role: role.value };
  const end = await findEnd(deps, principal, { ...known, input, charge });
  return ok({
    ...known,
    expiresAtMs: end.ok ? end.value : null,
    found: end.ok ? undefined : end.error,
  });
}

/** Finds the tenant of a call, and audits that the caller may not name it. */
async function requireTarget(
  deps: AccessDeps,
  context: CallContext,
  operation: 'api_key.create' | 'api_key.list' | 'api_key.delete',
  input: { readonly tenant?: string | undefined },
): Promise<Result<TargetTenant, Problem>> {
  const target = await findTargetTenant(deps, context.principal, input.tenant);
  if (!target.ok) await auditRefusal(deps, context, operation, input, target.error);
  return target;
}

/** A key that is asked for. */
interface AskedKey {
  readonly atMs: number;
  readonly input: ParsedInputOf<'api_key.create'>;
  readonly target: TargetTenant;
  readonly role: FoundRole;
  /** Usage that it adds to the quota of its tenant. */
  readonly charge: Partial<typeof ONE_KEY>;
}

/**
 * Checks everything about a new key but the policies. Problems: a reserved name, a caller who may
 * create none, more rights or a longer life than the caller has, the quota of its tenant.
 * @returns when the key expires, in milliseconds; null where it does not
 */
async function findEnd(
  { store }: AccessDeps,
  principal: Principal,
  { atMs, input, target, role, charge }: AskedKey,
): Promise<Result<number | null, Problem>> {
  const { operations } = role;
  const refusal =
    refuseReservedName(input.name) ??
    refuseSession(principal) ??
    refuseGrant(principal, { operations, what: 'An API key', field: 'role' }) ??
    refuseStates(principal, input.terraform_states);
  if (refusal !== undefined) return err(refusal);
  const [quota] = await store.read({ from: 'tenant_quotas', where: { id: target.id } });
  const exceeded = checkQuota(quota, charge);
  if (exceeded !== undefined) return err(exceeded);
  return limitLifetime(principal, { atMs, expiresInHours: input.expires_in_hours });
}

/** Guard: the role is unchanged since it was compared with the rights of the creator. */
function requireRoleStill({ row }: FoundRole): ChangeSet {
  if (row === undefined) return [];
  const { id, name, revision } = row;
  const otherwise = replan(`The role ${name}`);
  return [{ kind: 'update', table: 'roles', id, set: {}, expect: { revision }, otherwise }];
}

/** Lists keys. Problems: `not-found` for a tenant that the caller may not see. */
export async function listApiKeys(
  deps: AccessDeps,
  input: ParsedInputOf<'api_key.list'>,
  context: CallContext,
): Promise<Result<Page<ApiKey>, Problem>> {
  const target = await requireTarget(deps, context, 'api_key.list', input);
  if (!target.ok) return target;
  const source = {
    operation: 'api_key.list',
    from: 'api_keys',
    where: { tenant_id: target.value.id },
    handled: ['tenant'],
    idPrefix: 'key',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toApiKey)) : page;
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
  const check = () => checkDelete(deps, input, context);
  return admitObject(deps, context, { name: 'api_key.delete', check });
}

async function checkDelete(
  deps: AccessDeps,
  input: ParsedInputOf<'api_key.delete'>,
  context: CallContext,
): CheckedObject<Record<string, never>> {
  const { principal } = context;
  const target = await requireTarget(deps, context, 'api_key.delete', input);
  if (!target.ok) return target;
  const tenantId = target.value.id;
  const where = { id: input.id, tenant_id: tenantId };
  const [row] = await deps.store.read({ from: 'api_keys', where });
  if (row === undefined) return err(notFound('API key', input.id));
  const { id, name, role } = row;
  const carried = await findRole(deps.store, tenantId, role);
  const bound = carried && refuseRevocation(principal, { name, operations: carried.operations });
  const kept = bound ? err(bound) : await keepIssuer(deps, tenantId, { kind: 'key', id, name });
  return ok({
    operation: 'api_key.delete',
    resourceKind: 'api_key',
    target: { id, name },
    before: { name, role },
    wanted: null,
    found: kept.ok ? undefined : kept.error,
    changes: [
      ...(kept.ok ? kept.value : []),
      { kind: 'delete', from: 'api_keys', id: row.id, otherwise: notFound('API key', row.id) },
      ...(await dropSessionsOf(deps.store, { principal_id: id, tenant_id: tenantId })),
      ...refundTenant(tenantId, ONE_KEY),
    ],
    audit: keyAudit(deps, context, 'api_key.delete', { row, target: target.value }),
    answer: {},
  });
}

/**
 * The entries about a key. One about a key of another tenant is in the log of both: the caller's
 * names that tenant, the other one names the caller as an operator of NovaCron, without an address.
 */
function keyAudit(
  deps: AccessDeps,
  context: CallContext,
  operation: string,
  { row, target }: { readonly row: Tables['api_keys']; readonly target: TargetTenant },
): Change[] {
  const entry = {
    operation,
    outcome: 'done',
    resourceKind: 'api_key',
    target: { id: row.id, name: row.name },
  } as const;
  const states = statesOfKey(row);
  const person = {
    person: { was: null, is: row.person },
    ...(states === undefined ? {} : { terraform_states: { was: null, is: [...states] } }),
  };
  const own = operation === 'api_key.create' ? person : {};
  if (!target.isOther) return [auditChange(deps, context, { ...entry, changes: own })];
  const { principal, client, requestId } = context;
  const name = callerNameIn(context, target);
  const there = { principal: { ...principal, name, tenantId: target.id }, client, requestId };
  const changes =
    operation === 'api_key.create'
      ? { tenant_id: { was: null, is: target.id }, ...own }
      : { tenant_id: { was: target.id, is: null } };
  return [
    auditChange(deps, context, { ...entry, changes }),
    auditChange(deps, there, { ...entry, changes: own }),
  ];
}

/** The name of the caller in records of a tenant; no key has a name with a colon. */
function callerNameIn({ principal }: CallContext, { isOther }: TargetTenant): string {
  return isOther ? derivedName('operator', principal.name) : principal.name;
}
