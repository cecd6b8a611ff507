/** Creates, changes and deletes the roles of a tenant. Every call reads its role again. */

import { ROLES } from '@novacron/contract/access/identity';
import type { CustomRole } from '@novacron/contract/access/role';
import { listNames } from '@novacron/contract/formats/list-names';
import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { operationsOfPatterns } from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import { notFound, replan, revisionMismatch } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { patternsOf } from '../identity/find-role.ts';
import { refuseGrant } from '../identity/grant-roles.ts';
import { keepIssuer } from '../identity/last-issuer.ts';
import { chargeTenant, checkQuota, refundTenant } from '../quota/tenant-quota.ts';
import { builtInRoles, toCustomRole } from './answer-role.ts';
import { checkPatterns } from './check-patterns.ts';
import { getRole } from './read-roles.ts';

const ONE = { roles: 1 } as const;

/** Creates a role. Problems: `validation-failed`, `forbidden`, `name-taken`, `quota-exceeded`. */
export async function createRole(
  deps: AccessDeps,
  input: ParsedInputOf<'role.create'>,
  context: CallContext,
): Promise<Result<{ readonly resource: CustomRole }, Problem>> {
  const show = async (id: string) => {
    const found = await getRole(deps, id, context);
    return found.ok ? ok({ resource: found.value }) : found;
  };
  const check = () => checkRoleCreate(deps, input, context);
  return admitObject(deps, context, { name: 'role.create', check, keyed: { input, show } });
}

/** Checks the creation of a role. */
export async function checkRoleCreate(
  deps: AccessDeps,
  input: ParsedInputOf<'role.create'>,
  context: CallContext,
): CheckedObject<{ readonly resource: CustomRole }> {
  const { principal } = context;
  const atMs = deps.clock.nowMs();
  const row = {
    id: deps.ids.next('role'),
    tenant_id: principal.tenantId,
    name: input.name,
    description: input.description ?? null,
    operations_json: JSON.stringify(input.operations),
    revision: 1,
    created_at_ms: atMs,
    created_by: principal.name,
    updated_at_ms: atMs,
    updated_by: principal.name,
  };
  const { quotas, namesakes } = await deps.store.snapshot({
    quotas: { from: 'tenant_quotas', where: { id: principal.tenantId } },
    namesakes: { from: 'roles', where: { tenant_id: principal.tenantId, name: row.name } },
  });
  const [quota] = quotas;
  const isTaken = isBuiltIn(input.name) || namesakes.length > 0;
  const otherwise = roleNameTaken(row.name, namesakes[0]?.id);
  const found =
    checkPatterns(input.operations) ??
    (isTaken ? otherwise : undefined) ??
    refuseRights(context, input.operations) ??
    checkQuota(quota, ONE);
  return ok({
    operation: 'role.create',
    ...subjectOf(row),
    before: null,
    wanted: fieldsOf(row),
    found,
    changes: [
      { kind: 'insert', into: 'roles', row, otherwise },
      ...chargeTenant(row.tenant_id, ONE),
    ],
    answer: { resource: toCustomRole(row) },
  });
}

/** Changes what a role allows, for all its holders, from their next call on. */
export function updateRole(
  deps: AccessDeps,
  input: ParsedInputOf<'role.update'>,
  context: CallContext,
): Promise<Result<{ readonly resource: CustomRole }, Problem>> {
  // Changes of other roles and keys of the tenant share a guard with this one.
  const check = () => checkRoleUpdate(deps, input, context);
  return admitObject(deps, context, { name: 'role.update', check });
}

/** Checks a change of a role. */
export async function checkRoleUpdate(
  deps: AccessDeps,
  input: ParsedInputOf<'role.update'>,
  context: CallContext,
): CheckedObject<{ readonly resource: CustomRole }> {
  const current = await findOwnRole(deps, input, context);
  if (!current.ok) return current;
  const row = current.value;
  const operations = input.operations ?? patternsOf(row);
  const next = {
    ...row,
    description: input.description === undefined ? row.description : input.description,
    operations_json: JSON.stringify(operations),
    revision: row.revision + 1,
    updated_at_ms: deps.clock.nowMs(),
    updated_by: context.principal.name,
  };
  const loss = {
    kind: 'role',
    name: row.name,
    operations: operationsOfPatterns(operations),
  } as const;
  const kept = await keepIssuer(deps, row.tenant_id, loss);
  const found =
    checkPatterns(input.operations ?? []) ??
    // A caller with fewer rights than the role may not take rights away from its holders either.
    refuseRights(context, [...patternsOf(row), ...operations]) ??
    (kept.ok ? undefined : kept.error);
  const { id, ...set } = next;
  const expect = { revision: row.revision };
  const otherwise = replan(`The role ${row.name}`);
  return ok({
    operation: 'role.update',
    ...subjectOf(row),
    before: fieldsOf(row),
    wanted: fieldsOf(next),
    found,
    changes: [
      ...(kept.ok ? kept.value : []),
      { kind: 'update', table: 'roles', id, set, expect, otherwise },
    ],
    answer: { resource: toCustomRole(next) },
  });
}

/** Deletes a role that no key has. Tokens that carry it become invalid. */
export function deleteRole(
  deps: AccessDeps,
  input: ParsedInputOf<'role.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = () => checkRoleDelete(deps, input, context);
  return admitObject(deps, context, { name: 'role.delete', check });
}

/** Checks the deletion of a role. */
export async function checkRoleDelete(
  deps: AccessDeps,
  input: ParsedInputOf<'role.delete'>,
  context: CallContext,
): CheckedObject<Record<string, never>> {
  const current = await findOwnRole(deps, input, context);
  if (!current.ok) return current;
  const row = current.value;
  const where = { tenant_id: row.tenant_id, role: row.name };
  const holders = await deps.store.read({ from: 'api_keys', where });
  const found = holders.length > 0 ? roleInUse(row, holders) : undefined;
  const expect = { revision: row.revision };
  const otherwise = replan(`The role ${row.name}`);
  return ok({
    operation: 'role.delete',
    ...subjectOf(row),
    before: fieldsOf(row),
    wanted: null,
    found,
    changes: [
      { kind: 'require-none', of: 'api_keys', where, otherwise },
      { kind: 'delete', from: 'roles', id: row.id, expect, otherwise },
      ...refundTenant(row.tenant_id, ONE),
    ],
    answer: {},
  });
}

function subjectOf({ id, name }: Tables['roles']) {
  return { resourceKind: 'role', target: { id, name } } as const;
}

async function findOwnRole(
  { store }: AccessDeps,
  input: { readonly id: string; readonly if_revision?: number | undefined },
  { principal: { tenantId } }: CallContext,
): Promise<Result<Tables['roles'], Problem>> {
  const builtIn = builtInRoles(tenantId).find((role) => role.id === input.id);
  if (builtIn !== undefined) return err(builtInStays(builtIn.name));
  const [row] = await store.read({ from: 'roles', where: { id: input.id, tenant_id: tenantId } });
  if (row === undefined) return err(notFound('role', input.id));
  if (input.if_revision === undefined || input.if_revision === row.revision) return ok(row);
  return err(revisionMismatch('role', row, input.if_revision));
}

function refuseRights({ principal }: CallContext, patterns: readonly string[]) {
  const operations = operationsOfPatterns(patterns);
  return refuseGrant(principal, { operations, what: 'A role', field: 'operations' });
}

/** The fields that people set, as audit entries and policies see them. */
function fieldsOf(row: Tables['roles']): JsonObject {
  return { name: row.name, description: row.description, operations: [...patternsOf(row)] };
}

function isBuiltIn(name: string): boolean {
  return ROLES.some((role) => role === name);
}

function roleNameTaken(name: string, id: string | undefined): Problem {
  return problem('name-taken', {
    detail: `A role named ${name} exists already.`,
    remedy: 'Choose another name, or change the existing role.',
    fields: [{ path: ['name'], message: 'is the name of another role' }],
    ...(id === undefined ? {} : { data: { resource_id: id } }),
  });
}

function builtInStays(name: string): Problem {
  return problem('validation-failed', {
    detail: `The role ${name} is built in: it cannot be changed or deleted.`,
    remedy: 'Create a role of your own: novacron role create.',
    fields: [{ path: ['id'], message: 'is a built-in role' }],
  });
}

/** Maximum number of keys that a refusal names; the rest are only counted. */
const HOLDERS_NAMED_MAX = 5;

function roleInUse(
  { name }: Tables['roles'],
  holders: readonly Pick<Tables['api_keys'], 'name'>[],
): Problem {
  const names = holders.map((key) => key.name);
  const words = listNames(names, HOLDERS_NAMED_MAX);
  return problem('in-use', {
    detail: `The role ${name} cannot be deleted: these API keys use it: ${words}.`,
    remedy:
      'Delete these keys (novacron api-key delete), or replace them with keys of another ' +
      'role, first.',
    data: { api_keys: names.slice(0, HOLDERS_NAMED_MAX) },
  });
}
