/** Creates, changes and deletes tenants. Only operators of NovaCron get this far. */

import type { ApiKey } from '@novacron/contract/access/identity';
import type { Tenant } from '@novacron/contract/access/tenant';
import type { JsonObject } from '@novacron/contract/json';
import { COUNTING_QUOTAS, RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { operationsOfRole } from '@novacron/contract/operations-table/permissions';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { pluralOf } from '@novacron/contract/schema/kind-in-words';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { counterOf, type TenantQuotaRow } from '../../../ports/tables/tenant-rows.ts';
import type { CallContext, Principal } from '../../kernel/context/call-context.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import { derivedName } from '../../rows/own-principals.ts';
import { notFound, replan, revisionMismatch } from '../../rows/resource-problems.ts';
import { newTenantRow } from '../../rows/tenant-row.ts';
import type { AccessDeps } from '../deps.ts';
import { toApiKey } from '../identity/answer-key.ts';
import { dropSessionsOf } from '../identity/drop-sessions.ts';
import { refuseGrant } from '../identity/grant-roles.ts';
import { refuseLasting } from '../identity/key-lifetime.ts';
import { mayCall } from '../identity/may-call.ts';
import { newKey } from '../identity/new-key.ts';
import { limitColumns, newQuotaRow, quotasOf } from '../quota/tenant-quota.ts';
import { toTenant } from './answer-tenant.ts';
import { mergeFeatures } from './merge-features.ts';
import { getTenant } from './read-tenants.ts';

/** Name of the first key of a new tenant. */
const FIRST_KEY_NAME = 'admin';

/** The rows of a tenant, which are created and deleted together. */
interface TenantRows {
  readonly row: Tables['tenants'];
  readonly quota: TenantQuotaRow;
}

/** The answer to a new tenant; the key only where its creator may create it. */
export interface CreatedTenant {
  readonly resource: Tenant;
  readonly api_key?: ApiKey;
  readonly secret?: string;
}

/**
 * Creates a tenant with its first key; only this answer contains the key's secret. The key has all
 * rights in the tenant, so a caller who could not create it with `api_key.create` gets none.
 * @param freed - changes that free its name, committed with the tenant
 */
export async function createTenant(
  deps: AccessDeps,
  input: ParsedInputOf<'tenant.create'>,
  context: CallContext,
  freed: ChangeSet = [],
): Promise<Result<CreatedTenant, Problem>> {
  const show = async (id: string): Promise<Result<CreatedTenant, Problem>> => {
    const found = await getTenant(deps, id, context);
    return found.ok ? ok({ resource: found.value }) : found;
  };
  const check = () => checkTenantCreate(deps, input, context, freed);
  return admitObject(deps, context, { name: 'tenant.create', check, keyed: { input, show } });
}

/** Checks the creation of a tenant. */
export async function checkTenantCreate(
  deps: AccessDeps,
  input: ParsedInputOf<'tenant.create'>,
  context: CallContext,
  freed: ChangeSet = [],
): CheckedObject<CreatedTenant> {
  const atMs = deps.clock.nowMs();
  const id = deps.ids.next('tnt');
  const row = {
    ...newTenantRow({ id, name: input.name }, { atMs, by: context.principal.name }),
    description: input.description ?? null,
    features_json: mergeFeatures(null, input.features ?? {}),
  };
  const hasKey = input.first_key === 'create' && mayCreateAdmin(context.principal);
  const used = { api_keys: hasKey ? 1 : 0 };
  const quota = { ...newQuotaRow(id, used), ...limitColumns(input.quotas ?? {}) };
  const what = 'The first API key of a tenant';
  return ok({
    operation: 'tenant.create',
    ...subjectOf(row),
    before: null,
    wanted: fieldsOf({ row, quota }),
    found: hasKey ? refuseLasting(context.principal, { what }) : undefined,
    plan: async () => {
      const namesakes = await deps.store.read({ from: 'tenants', where: { name: row.name } });
      const otherwise = tenantNameTaken(row.name, namesakes[0]?.id);
      if (namesakes.length > 0) return err(otherwise);
      const resource = toTenant(row, quota);
      const changes: ChangeSet = [
        ...freed,
        { kind: 'insert', into: 'tenants', row, otherwise },
        { kind: 'insert', into: 'tenant_quotas', row: quota, otherwise },
      ];
      if (!hasKey) return ok({ changes, answer: { resource } });
      const first = newFirstKey(deps, context, { tenantId: id, atMs });
      return ok({
        changes: [...changes, { kind: 'insert', into: 'api_keys', row: first.row, otherwise }],
        answer: { resource, api_key: toApiKey(first.row), secret: first.secret },
      });
    },
  });
}

function subjectOf({ id, name }: Tables['tenants']) {
  return { resourceKind: 'tenant', target: { id, name } } as const;
}

/** Whether a caller could create an admin key of another tenant with `api_key.create`. */
function mayCreateAdmin(principal: Principal): boolean {
  const operations = operationsOfRole('admin');
  const what = 'An API key';
  const refusal = refuseGrant(principal, { operations, what, field: 'role' });
  return refusal === undefined && mayCall(principal, 'api_key.create');
}

function newFirstKey(
  deps: AccessDeps,
  { principal }: CallContext,
  { tenantId, atMs }: { readonly tenantId: string; readonly atMs: number },
) {
  const by = derivedName('operator', principal.name);
  const plan = { tenantId, name: FIRST_KEY_NAME, role: 'admin', atMs, by, person: null };
  return newKey(deps, { ...plan, makers: null, expiresAtMs: null });
}

/**
 * Changes a tenant. A quota below the usage is accepted: nothing more is admitted then.
 * @param freed - changes that free its new name, committed with the change
 */
export function updateTenant(
  deps: AccessDeps,
  input: ParsedInputOf<'tenant.update'>,
  context: CallContext,
  freed: ChangeSet = [],
): Promise<Result<{ readonly resource: Tenant }, Problem>> {
  const check = () => checkTenantUpdate(deps, input, context, freed);
  return admitObject(deps, context, { name: 'tenant.update', check });
}

/** Checks a change of a tenant. */
export async function checkTenantUpdate(
  deps: AccessDeps,
  input: ParsedInputOf<'tenant.update'>,
  context: CallContext,
  freed: ChangeSet = [],
): CheckedObject<{ readonly resource: Tenant }> {
  const found = await findRows(deps, input);
  if (!found.ok) return found;
  const locked = refusePlatformLock(found.value.row, input);
  if (locked !== undefined) return err(locked);
  const next = changed(found.value, input, { atMs: deps.clock.nowMs(), context });
  const { id, ...set } = next.row;
  const { revision } = found.value.row;
  return ok({
    operation: 'tenant.update',
    ...subjectOf(next.row),
    before: fieldsOf(found.value),
    wanted: fieldsOf(next),
    plan: async () => {
      const others = await deps.store.read({
        from: 'tenants',
        where: { name: next.row.name, id: { not: id } },
      });
      if (others.length > 0) return err(tenantNameTaken(next.row.name, others[0]?.id));
      const otherwise = replan(`The tenant ${found.value.row.name}`);
      const limits = limitColumns(input.quotas ?? {});
      return ok({
        changes: [
          ...freed,
          { kind: 'update', table: 'tenants', id, set, expect: { revision }, otherwise },
          { kind: 'update', table: 'tenant_quotas', id, set: limits, otherwise },
        ],
        answer: { resource: toTenant(next.row, next.quota) },
      });
    },
  });
}

/** Deletes a tenant that has no resources. Its audit log stays. */
export function deleteTenant(
  deps: AccessDeps,
  input: ParsedInputOf<'tenant.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = () => checkTenantDelete(deps, input);
  return admitObject(deps, context, { name: 'tenant.delete', check });
}

/** Checks the deletion of a tenant. */
export async function checkTenantDelete(
  deps: AccessDeps,
  input: ParsedInputOf<'tenant.delete'>,
): CheckedObject<Record<string, never>> {
  const found = await findRows(deps, input);
  if (!found.ok) return found;
  const { row, quota } = found.value;
  const busy = row.is_platform === 1 ? firstTenantStays(row) : stillHas(row, quota);
  if (busy !== undefined) return err(busy);
  return ok({
    operation: 'tenant.delete',
    ...subjectOf(row),
    before: fieldsOf(found.value),
    wanted: null,
    plan: async () => ok({ changes: await planDelete(deps, found.value), answer: {} }),
  });
}

async function planDelete(deps: AccessDeps, { row, quota }: TenantRows): Promise<ChangeSet> {
  const { keys, roles, secrets, secretVersions, channels, runners, enrolled, budgets, ...more } =
    await deps.store.snapshot({
      keys: { from: 'api_keys', where: { tenant_id: row.id } },
      roles: { from: 'roles', where: { tenant_id: row.id } },
      secrets: { from: 'secrets', where: { tenant_id: row.id } },
      secretVersions: { from: 'secret_versions', where: { tenant_id: row.id }, damaged: 'blank' },
      runners: { from: 'runners', where: { tenant_id: row.id } },
      enrolled: { from: 'enrollments', where: { tenant_id: row.id } },
      budgets: { from: 'budgets', where: { tenant_id: row.id } },
      artifacts: { from: 'execution_artifacts', where: { tenant_id: row.id } },
      // Locked, and never written: nothing of it is left.
      states: { from: 'terraform_states', where: { tenant_id: row.id } },
      channels: {
        from: 'notification_channels',
        where: { tenant_id: row.id },
        damaged: 'blank',
      },
    });
  const otherwise = replan(`The tenant ${row.name}`);
  const { id: _, ...counted } = quota;
  return [
    // Every creation in the tenant changes this row, so none can happen meanwhile.
    { kind: 'delete', from: 'tenant_quotas', id: row.id, expect: counted, otherwise },
    {
      kind: 'delete',
      from: 'tenants',
      id: row.id,
      expect: { revision: row.revision },
      otherwise,
    },
    ...keys.map(({ id }) => ({ kind: 'drop', from: 'api_keys', id }) as const),
    ...more.states.map(({ id }) => ({ kind: 'drop', from: 'terraform_states', id }) as const),
    ...roles.map(({ id }) => ({ kind: 'drop', from: 'roles', id }) as const),
    // Guarded, so that no value is added meanwhile.
    ...secrets.map(({ id, revision }): Change => {
      return { kind: 'delete', from: 'secrets', id, expect: { revision }, otherwise };
    }),
    ...secretVersions.map(({ id }) => ({ kind: 'drop', from: 'secret_versions', id }) as const),
    ...channels.map(({ id }) => ({ kind: 'drop', from: 'notification_channels', id }) as const),
    ...runners.map(({ id }) => ({ kind: 'drop', from: 'runners', id }) as const),
    ...budgets.map(({ id }) => ({ kind: 'drop', from: 'budgets', id }) as const),
    // Retention deletes their contents, to which nothing refers then.
    ...more.artifacts.map(({ id }) => ({ kind: 'drop', from: 'execution_artifacts', id }) as const),
    { kind: 'drop', from: 'tenant_rates', id: row.id },
    // Only runners are enrolled for a tenant that can be deleted.
    ...enrolled.map(({ id }): Change => {
      const set = { status: 'revoked', revoked_at_ms: deps.clock.nowMs() } as const;
      return { kind: 'update', table: 'enrollments', id, set, otherwise };
    }),
    ...(await dropSessionsOf(deps.store, { tenant_id: row.id })),
    ...(await dropWorkflowsOf(deps, row.id)),
    ...(await dropModelsOf(deps, row.id)),
  ];
}

/** Models with their versions. Retention deletes their files, to which nothing refers then. */
async function dropModelsOf({ store }: AccessDeps, tenant_id: string): Promise<ChangeSet> {
  const models = await store.read({ from: 'models', where: { tenant_id } });
  const where = { model_id: { in: models.map(({ id }) => id) } };
  const versions = await store.read({ from: 'model_versions', where });
  return [
    ...versions.map(({ id }) => ({ kind: 'drop', from: 'model_versions', id }) as const),
    ...models.map(({ id }) => ({ kind: 'drop', from: 'models', id }) as const),
    { kind: 'drop', from: 'model_settings', id: tenant_id },
    { kind: 'drop', from: 'autonomy_settings', id: tenant_id },
  ];
}

/** Workflows with what belongs to them. Executions stay until retention: they are operations. */
async function dropWorkflowsOf({ store }: AccessDeps, tenant_id: string): Promise<ChangeSet> {
  const where = { tenant_id };
  const found = await store.snapshot({
    workflows: { from: 'workflows', where, damaged: 'blank' },
    workflow_versions: { from: 'workflow_versions', where, damaged: 'blank' },
    workflow_bundles: { from: 'workflow_bundles', where, damaged: 'blank' },
    workflow_triggers: { from: 'workflow_triggers', where, damaged: 'blank' },
    gitops_applications: { from: 'gitops_applications', where, damaged: 'blank' },
  });
  const dropped = (from: keyof typeof found): Change[] =>
    found[from].map(({ id }) => ({ kind: 'drop', from, id }));
  return [
    ...dropped('workflow_triggers'),
    ...dropped('workflow_bundles'),
    ...dropped('workflow_versions'),
    ...dropped('workflows'),
    ...dropped('gitops_applications'),
  ];
}

async function findRows(
  { store }: AccessDeps,
  input: { readonly id: string; readonly if_revision?: number | undefined },
): Promise<Result<TenantRows, Problem>> {
  const { tenants, quotas } = await store.snapshot({
    tenants: { from: 'tenants', where: { id: input.id } },
    quotas: { from: 'tenant_quotas', where: { id: input.id } },
  });
  const [[row], [quota]] = [tenants, quotas];
  if (row === undefined || quota === undefined) return err(notFound('tenant', input.id));
  if (input.if_revision !== undefined && input.if_revision !== row.revision) {
    return err(revisionMismatch('tenant', row, input.if_revision));
  }
  return ok({ row, quota });
}

function changed(
  { row, quota }: TenantRows,
  input: ParsedInputOf<'tenant.update'>,
  by: { readonly atMs: number; readonly context: CallContext },
): TenantRows {
  return {
    row: {
      ...row,
      name: input.name ?? row.name,
      description: input.description === undefined ? row.description : input.description,
      features_json: mergeFeatures(row.features_json, input.features ?? {}),
      revision: row.revision + 1,
      updated_at_ms: by.atMs,
      updated_by: by.context.principal.name,
    },
    quota: { ...quota, ...limitColumns(input.quotas ?? {}) },
  };
}

/** The fields that people set, as audit entries and policies see them. */
function fieldsOf({ row, quota }: TenantRows): JsonObject {
  // Texts, numbers, yes and no: the loose schemas of the contract say `unknown` of later fields.
  return {
    name: row.name,
    description: row.description,
    quotas: { ...quotasOf(quota) },
    features: { ...toTenant(row, quota).features },
  } as JsonObject;
}

/** So that a key can be replaced: the new one is created before the old one is deleted. */
const PLATFORM_KEYS_MIN = 2;

/**
 * Refuses settings with which the first tenant could issue no API key: no other tenant could lift
 * them. Only what the request sets is looked at; settings that are stored stay.
 */
function refusePlatformLock(
  { name, is_platform }: Tables['tenants'],
  { features, quotas }: ParsedInputOf<'tenant.update'>,
): Problem | undefined {
  if (is_platform !== 1) return undefined;
  const fields = [
    ...(features?.api_keys === false
      ? [{ path: ['features', 'api_keys'], message: 'must stay on for the first tenant' }]
      : []),
    ...((quotas?.api_keys ?? PLATFORM_KEYS_MIN) < PLATFORM_KEYS_MIN
      ? [{ path: ['quotas', 'api_keys'], message: `must be ${PLATFORM_KEYS_MIN} or more` }]
      : []),
  ];
  if (fields.length === 0) return undefined;
  return problem('validation-failed', {
    detail:
      `Users of the first tenant, ${name}, operate NovaCron: without the right to create API ` +
      'keys they could lock themselves out.',
    remedy: `Leave the feature api_keys on and the quota api_keys at ${PLATFORM_KEYS_MIN} or more.`,
    fields,
  });
}

function tenantNameTaken(name: string, id: string | undefined): Problem {
  return problem('name-taken', {
    detail: `A tenant named ${name} exists already.`,
    remedy: 'Choose another name.',
    fields: [{ path: ['name'], message: 'is the name of another tenant' }],
    ...(id === undefined ? {} : { data: { resource_id: id } }),
  });
}

function firstTenantStays({ name }: Tables['tenants']): Problem {
  return problem('in-use', {
    detail: `${name} is the first tenant, whose users operate NovaCron: it cannot be deleted.`,
    remedy: 'Delete its resources instead, and rename it if it needs another name.',
  });
}

function stillHas({ name }: Tables['tenants'], quota: TenantQuotaRow): Problem | undefined {
  const left = COUNTING_QUOTAS.map((each) => ({ ...each, counted: counterOf(each.quota) })).filter(
    ({ counted }) => quota[`${counted}_used`] > 0,
  );
  const hasStates = quota.terraform_state_bytes_used > 0;
  if (left.length === 0 && !hasStates) return undefined;
  const resources = left.map(({ counted, kind }) => {
    const one = RESOURCE_DEFINITIONS[kind].noun.words;
    const count = quota[`${counted}_used`];
    return `${count} ${count === 1 ? one : pluralOf(one)}`;
  });
  const words = [...resources, ...(hasStates ? ['states of Terraform'] : [])];
  return problem('in-use', {
    detail: `The tenant ${name} cannot be deleted: it has ${words.join(', ')}.`,
    remedy: 'Ask its users to delete them first; novacron tenant show lists the remaining ones.',
    data: Object.fromEntries(left.map(({ counted }) => [counted, quota[`${counted}_used`]])),
  });
}
