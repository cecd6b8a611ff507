/**
 * Creates, changes and deletes secrets. A value goes from the request into a sealed column of its
 * version and nowhere else: policies, audit entries and problems get the number of the version.
 */
import {
  SECRET_VERSIONS_MAX,
  type Secret,
  type VaultSource,
} from '@novacron/contract/access/secret';
import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { SecretRow, SecretVersionRow } from '../../../ports/tables/tenant-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import {
  admitObject,
  type CheckedObject,
  type ObjectWrite,
} from '../../kernel/write/write-object.ts';
import { versionRowId } from '../../rows/policy-versions.ts';
import { replan, revisionMismatch } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import { chargeTenant, checkQuota, refundTenant } from '../quota/tenant-quota.ts';
import { type StoredSource, scopeOf, toSecret } from './answer-secret.ts';
import { findSecret, readSecretVersions } from './read-secrets.ts';

const ONE = { secrets: 1 } as const;

type Written = Promise<Result<{ readonly resource: Secret }, Problem>>;

/** Creates a secret with its first version. Problems: `name-taken`, `quota-exceeded`. */
export function createSecret(
  deps: AccessDeps,
  input: ParsedInputOf<'secret.create'>,
  context: CallContext,
): Written {
  const check = async (): CheckedObject<{ readonly resource: Secret }> => {
    const { tenantId, name: author } = context.principal;
    const given = await readGiven(deps, input, tenantId);
    if (!given.ok) return given;
    if (given.value === undefined) return err(noValue());
    const nowMs = deps.clock.nowMs();
    const row: SecretRow = {
      id: deps.ids.next('sec'),
      tenant_id: tenantId,
      name: input.name,
      description: input.description ?? null,
      allowed_json: JSON.stringify(input.allowed),
      version: 1,
      revision: 1,
      created_at_ms: nowMs,
      created_by: author,
      updated_at_ms: nowMs,
      updated_by: author,
    };
    const { quotas, namesakes } = await deps.store.snapshot({
      quotas: { from: 'tenant_quotas', where: { id: tenantId } },
      namesakes: { from: 'secrets', where: { tenant_id: tenantId, name: row.name } },
    });
    const [namesake] = namesakes;
    const version = toVersionRow(row, given.value);
    return ok({
      operation: 'secret.create',
      resourceKind: 'secret',
      target: { id: row.id, name: row.name },
      before: null,
      wanted: fieldsOf(row),
      found:
        namesake === undefined
          ? checkQuota(quotas[0], ONE)
          : secretNameTaken(row.name, namesake.id),
      changes: [
        { kind: 'insert', into: 'secrets', row, otherwise: replan(`The secret ${row.name}`) },
        insertVersion(row, version),
        ...chargeTenant(tenantId, ONE),
      ],
      answer: { resource: toSecret(row, version) },
    });
  };
  return admitObject(deps, context, { name: 'secret.create', check });
}

/** Changes a secret; a value is its next version, also where it is the same text. */
export function updateSecret(
  deps: AccessDeps,
  input: ParsedInputOf<'secret.update'>,
  context: CallContext,
): Written {
  const check = async (): CheckedObject<{ readonly resource: Secret }> => {
    const current = await findCurrent(deps, input, context);
    if (!current.ok) return current;
    const row = current.value;
    const { allowed, description } = input;
    const given = await readGiven(deps, input, row.tenant_id);
    if (!given.ok) return given;
    const { value } = given;
    const next: SecretRow = {
      ...row,
      description: description === undefined ? row.description : description,
      allowed_json: allowed === undefined ? row.allowed_json : JSON.stringify(allowed),
      version: value === undefined ? row.version : row.version + 1,
      revision: row.revision + 1,
      updated_at_ms: deps.clock.nowMs(),
      updated_by: context.principal.name,
    };
    const versions = await readSecretVersions(deps, row.id);
    const before = versions.find(({ version }) => version === row.version);
    const version = value === undefined ? before : toVersionRow(next, value);
    const surplus = value === undefined ? 0 : versions.length + 1 - SECRET_VERSIONS_MAX;
    return ok({
      operation: 'secret.update',
      resourceKind: 'secret',
      target: { id: row.id, name: row.name },
      before: fieldsOf(row),
      wanted: fieldsOf(next),
      changes: [
        updateRow(row, next),
        ...(value === undefined || version === undefined ? [] : [insertVersion(next, version)]),
        ...dropVersions(versions.slice(0, Math.max(0, surplus))),
      ],
      answer: { resource: toSecret(next, version) },
    });
  };
  return admitObject(deps, context, { name: 'secret.update', check });
}

/** Deletes a secret with all its values, or erases one earlier value. */
export function deleteSecret(
  deps: AccessDeps,
  input: ParsedInputOf<'secret.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = async (): CheckedObject<Record<string, never>> => {
    const current = await findCurrent(deps, input, context);
    if (!current.ok) return current;
    const row = current.value;
    const versions = await readSecretVersions(deps, row.id);
    const { only_version: version } = input;
    if (version !== undefined) return checkErase(deps, context, { row, versions, version });
    const expect = { revision: row.revision };
    const otherwise = replan(`The secret ${row.name}`);
    return ok({
      operation: 'secret.delete',
      resourceKind: 'secret',
      target: { id: row.id, name: row.name },
      before: fieldsOf(row),
      wanted: null,
      changes: [
        { kind: 'delete', from: 'secrets', id: row.id, expect, otherwise },
        ...dropVersions(versions),
        ...refundTenant(row.tenant_id, ONE),
      ],
      answer: {},
    });
  };
  return admitObject(deps, context, { name: 'secret.delete', check });
}

function checkErase(
  { clock }: AccessDeps,
  { principal }: CallContext,
  {
    row,
    versions,
    version,
  }: {
    readonly row: SecretRow;
    readonly versions: readonly SecretVersionRow[];
    readonly version: number;
  },
): Result<ObjectWrite<Record<string, never>>, Problem> {
  const erased = versions.find((each) => each.version === version);
  if (erased === undefined) return err(noVersion(row, versions, version));
  const write = {
    operation: 'secret.delete',
    resourceKind: 'secret',
    target: { id: row.id, name: row.name },
    // The audit log says which version was erased; the other fields stay.
    before: { version },
    wanted: null,
    answer: {},
  } as const;
  if (version === row.version)
    return ok({ ...write, found: currentVersionStays(row), changes: [] });
  if (erased.deleted_at_ms !== null) return ok({ ...write, changes: [], audit: [] });
  const atMs = clock.nowMs();
  const by = principal.name;
  const next = { ...row, revision: row.revision + 1, updated_at_ms: atMs, updated_by: by };
  const blank = {
    ...erased,
    value_sealed: null,
    vault_json: null,
    deleted_at_ms: atMs,
    deleted_by: by,
  };
  return ok({
    ...write,
    changes: [updateRow(row, next), { kind: 'put', into: 'secret_versions', row: blank }],
  });
}

async function findCurrent(
  deps: AccessDeps,
  { id, if_revision }: { readonly id: string; readonly if_revision?: number | undefined },
  context: CallContext,
): Promise<Result<SecretRow, Problem>> {
  const found = await findSecret(deps, id, context);
  if (!found.ok || if_revision === undefined || found.value.revision === if_revision) return found;
  return err(revisionMismatch('secret', found.value, if_revision));
}

function updateRow(row: SecretRow, next: SecretRow): Change {
  const { id, ...set } = next;
  const expect = { revision: row.revision };
  const otherwise = replan(`The secret ${row.name}`);
  return { kind: 'update', table: 'secrets', id, set, expect, otherwise };
}

/** A value that a request has given: itself, or where Vault has it. */
type Given = { readonly value: string } | { readonly vault: StoredSource };

/**
 * Finds out what a request gives; one in Vault has to be there, and is kept at its version.
 * @returns undefined: no value
 */
async function readGiven(
  { vault }: Pick<AccessDeps, 'vault'>,
  {
    value,
    vault: source,
  }: { readonly value?: string | undefined; readonly vault?: VaultSource | undefined },
  tenantId: string,
): Promise<Result<Given | undefined, Problem>> {
  if (source === undefined) return ok(value === undefined ? undefined : { value });
  if (value !== undefined) return err(noValue());
  if (vault === undefined) return err(noVault());
  const read = await vault.read({ ...source, tenantId });
  if (read.ok) return ok({ vault: { ...source, version: read.value.version } });
  const { words, next } = read.error;
  const remedy =
    'Compare path, field and version with the entry in Vault, below the prefix of the tenant, ' +
    'and check that the policy of the server can read it.';
  if (next === 'retry') {
    return err(
      problem('unavailable', {
        detail: `Vault ${words}.`,
        remedy: 'Try again later, or ask the operator of the server about its Vault.',
      }),
    );
  }
  const fields = [{ path: ['vault'], message: words }];
  return err(problem('validation-failed', { detail: `Vault ${words}.`, remedy, fields }));
}

function noValue(): Problem {
  const message = 'is required unless vault is set; set exactly one of them';
  return problem('validation-failed', {
    detail: 'A secret needs either a value or a location in Vault.',
    remedy: 'Give `value`, or `vault` with path and field.',
    fields: [{ path: ['value'], message }],
  });
}

function noVault(): Problem {
  return problem('validation-failed', {
    detail: 'No Vault is configured on this server.',
    remedy: 'Give the value itself, or ask the operator to configure the setting vault.',
    fields: [{ path: ['vault'], message: 'is not configured on this server' }],
  });
}

function toVersionRow(secret: SecretRow, given: Given): SecretVersionRow {
  return {
    id: versionRowId(secret.id, secret.version),
    tenant_id: secret.tenant_id,
    secret_id: secret.id,
    version: secret.version,
    value_sealed: 'value' in given ? given.value : null,
    vault_json: 'vault' in given ? JSON.stringify(given.vault) : null,
    created_at_ms: secret.updated_at_ms,
    created_by: secret.updated_by,
    deleted_at_ms: null,
    deleted_by: null,
  };
}

function insertVersion(secret: SecretRow, row: SecretVersionRow): Change {
  const otherwise = replan(`The secret ${secret.name}`);
  return { kind: 'insert', into: 'secret_versions', row, otherwise };
}

function dropVersions(versions: readonly SecretVersionRow[]): ChangeSet {
  return versions.map(({ id }) => ({ kind: 'drop', from: 'secret_versions', id }));
}

/** The fields that policies and audit entries see. @throws damagedRow */
function fieldsOf(row: SecretRow): JsonObject {
  const { workflows, runner_labels, hosts } = scopeOf(row);
  return {
    name: row.name,
    description: row.description,
    version: row.version,
    allowed: { workflows, runner_labels, hosts },
  };
}

function secretNameTaken(name: string, id: string): Problem {
  return problem('name-taken', {
    detail: `A secret named ${name} exists already.`,
    remedy: `Choose another name, or rotate the existing secret: novacron secret rotate ${name}`,
    fields: [{ path: ['name'], message: 'is the name of another secret' }],
    data: { resource_id: id },
  });
}

function currentVersionStays({ name, version }: SecretRow): Problem {
  return problem('in-use', {
    detail: `Version ${version} of the secret ${name} is current, so it cannot be erased.`,
    remedy:
      `Rotate the secret first (novacron secret rotate ${name}), or delete it (novacron secret ` +
      `delete ${name}).`,
    fields: [{ path: ['only_version'], message: 'is the current version' }],
  });
}

function noVersion(
  { name }: SecretRow,
  versions: readonly SecretVersionRow[],
  version: number,
): Problem {
  const numbers = versions.map((each) => each.version).join(', ');
  return problem('not-found', {
    detail: `The secret ${name} has no version ${version}; it has ${numbers}.`,
    remedy: `List its versions (novacron secret versions ${name}), and choose one of them.`,
    fields: [{ path: ['only_version'], message: 'is not a version of this secret' }],
  });
}
