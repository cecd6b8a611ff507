/** Creates, changes and deletes the data documents that policies of a tenant read. */

import { PolicyDataId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import {
  DATA_DOCUMENTS_MAX,
  DATA_TENANT_LENGTH_MAX,
  type PolicyData,
} from '@novacron/contract/kinds/policy/policy-data';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { pathsOverlap } from '@novacron/engine/policy/rules/data-paths';
import type { Change } from '../../../ports/store.ts';
import type {
  PolicyDataRow,
  PolicyDataVersionRow,
} from '../../../ports/tables/policy/policy-data-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import { replan, revisionMismatch } from '../../rows/resource-problems.ts';
import type { PolicyDeps } from '../deps.ts';
import { currentKey, readKeys, requireKey } from '../signing/server-keys.ts';
import {
  acceptedVersion,
  faultOfDocument,
  hashOfDocument,
  signDocument,
} from '../signing/sign-document.ts';
import {
  dataHidden,
  dataInUse,
  dataPathTaken,
  dataVersionChanged,
  tooManyDocuments,
  tooMuchData,
} from './data-problems.ts';
import { findDataReaders, findHidingPolicy } from './find-data-readers.ts';
import {
  currentDataVersion,
  dropDataVersions,
  keepDataVersion,
  readDataVersions,
} from './policy-data-versions.ts';
import { findPolicyData, getPolicyData, noDataVersion, toPolicyData } from './read-policy-data.ts';

type Written = Promise<Result<{ readonly resource: PolicyData }, Problem>>;
type Checked = CheckedObject<{ readonly resource: PolicyData }>;

/**
 * Creates a document. Problems: `name-taken`, `quota-exceeded`, `policy-denied`; `in-use` while a
 * server of a release without documents uses the store.
 */
export async function createPolicyData(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_data.create'>,
  context: CallContext,
): Written {
  const show = async (id: string): Written => {
    const found = await getPolicyData(deps, { id: PolicyDataId.parse(id) }, context);
    return found.ok ? ok({ resource: found.value }) : found;
  };
  const check = () => checkPolicyDataCreate(deps, input, context);
  return admitObject(deps, context, { name: 'policy_data.create', check, keyed: { input, show } });
}

/** Checks the creation of a document. */
export async function checkPolicyDataCreate(
  deps: PolicyDeps,
  { path, document }: ParsedInputOf<'policy_data.create'>,
  context: CallContext,
): Checked {
  const { tenantId, name } = context.principal;
  const nowMs = deps.clock.nowMs();
  const bare: PolicyDataRow = {
    id: deps.ids.next('pdat'),
    tenant_id: tenantId,
    path,
    version: 1,
    document: toCompactJson(document),
    seal_json: null,
    revision: 1,
    created_at_ms: nowMs,
    created_by: name,
    updated_at_ms: nowMs,
    updated_by: name,
  };
  return ok({
    ...writeOf('policy_data.create', bare),
    before: null,
    wanted: fieldsOf(bare),
    found: await findObstacle(deps, bare),
    plan: async () => {
      const sealed = await seal(deps, bare);
      if (!sealed.ok) return sealed;
      const { row, guards } = sealed.value;
      const otherwise = replan(`The document data.${path}`);
      return ok({
        changes: [
          ...guardPath(row),
          { kind: 'insert', into: 'policy_data', row, otherwise },
          ...keepDataVersion([], row),
          ...guards,
        ],
        answer: { resource: toPolicyData(row) },
      });
    },
  });
}

/** Changes a document; another value is a new version. */
export function updatePolicyData(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_data.update'>,
  context: CallContext,
): Written {
  const check = () => checkPolicyDataUpdate(deps, input, context);
  return admitObject(deps, context, { name: 'policy_data.update', check });
}

/** Checks a change of a document. */
export async function checkPolicyDataUpdate(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_data.update'>,
  context: CallContext,
): Checked {
  const current = await findCurrent(deps, input, context);
  if (!current.ok) return current;
  return replaceDocument(deps, context, {
    operation: 'policy_data.update',
    row: current.value,
    document: toCompactJson(input.document),
  });
}

/** Makes an earlier value the next version. */
export function rollbackPolicyData(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_data.rollback'>,
  context: CallContext,
): Written {
  const check = async (): Checked => {
    const current = await findCurrent(deps, input, context);
    if (!current.ok) return current;
    const row = current.value;
    const { to_version } = input;
    const versions = await readDataVersions(deps.store, row.id);
    const earlier = versions.find(({ version }) => version === to_version);
    if (earlier === undefined) return err(noDataVersion(row, versions, { to_version }));
    const changed = await findFault(deps, earlier);
    if (changed !== undefined) return err(dataVersionChanged(earlier, changed));
    const { document } = earlier;
    return replaceDocument(deps, context, { operation: 'policy_data.rollback', row, document });
  };
  return admitObject(deps, context, { name: 'policy_data.rollback', check });
}

/** Deletes a document with its versions. Problems: `in-use` where a policy reads it. */
export function deletePolicyData(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_data.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = () => checkPolicyDataDelete(deps, input, context);
  return admitObject(deps, context, { name: 'policy_data.delete', check });
}

/** Checks the deletion of a document. */
export async function checkPolicyDataDelete(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_data.delete'>,
  context: CallContext,
): CheckedObject<Record<string, never>> {
  const current = await findCurrent(deps, input, context);
  if (!current.ok) return current;
  const row = current.value;
  const readers = await findDataReaders(deps.store, row.tenant_id, row.path);
  const expect = { revision: row.revision };
  const otherwise = replan(`The document data.${row.path}`);
  return ok({
    ...writeOf('policy_data.delete', row),
    before: fieldsOf(row),
    wanted: null,
    found: readers.length > 0 ? dataInUse(row.path, readers) : undefined,
    changes: [
      { kind: 'delete', from: 'policy_data', id: row.id, expect, otherwise },
      ...dropDataVersions(await readDataVersions(deps.store, row.id)),
    ],
    answer: {},
  });
}

/** A new value of a document. */
interface Replacement {
  readonly operation: 'policy_data.update' | 'policy_data.rollback';
  readonly row: PolicyDataRow;
  readonly document: string;
}

async function replaceDocument(
  deps: PolicyDeps,
  context: CallContext,
  { operation, row, document }: Replacement,
): Checked {
  const isSame = document === row.document && (await findFault(deps, row)) === undefined;
  const bare: PolicyDataRow = {
    ...row,
    document,
    version: row.version + 1,
    revision: row.revision + 1,
    updated_at_ms: deps.clock.nowMs(),
    updated_by: context.principal.name,
  };
  const write = { ...writeOf(operation, row), before: fieldsOf(row) };
  if (isSame) {
    const answer = { resource: toPolicyData(row) };
    return ok({ ...write, wanted: fieldsOf(row), changes: [], audit: [], answer });
  }
  return ok({
    ...write,
    wanted: fieldsOf(bare),
    found: await findObstacle(deps, bare),
    plan: async () => {
      const sealed = await seal(deps, bare);
      if (!sealed.ok) return sealed;
      const { id, ...set } = sealed.value.row;
      const expect = { revision: row.revision };
      const otherwise = replan(`The document data.${row.path}`);
      const kept = await readDataVersions(deps.store, id);
      return ok({
        changes: [
          { kind: 'update', table: 'policy_data', id, set, expect, otherwise },
          ...keepDataVersion(kept, sealed.value.row),
          ...sealed.value.guards,
        ],
        answer: { resource: toPolicyData(sealed.value.row) },
      });
    },
  });
}

/** The text in its stored form: two spellings of one value are one version. */
function toCompactJson(document: string): string {
  return JSON.stringify(JSON.parse(document));
}

async function findCurrent(
  deps: PolicyDeps,
  { id, if_revision }: { readonly id: string; readonly if_revision?: number | undefined },
  context: CallContext,
): Promise<Result<PolicyDataRow, Problem>> {
  const found = await findPolicyData(deps, id, context);
  if (!found.ok || if_revision === undefined || found.value.revision === if_revision) return found;
  const { path, revision } = found.value;
  return err(revisionMismatch('document', { name: `data.${path}`, revision }, if_revision));
}

/** Finds an obstacle in the tenant to a new or changed document. */
export async function findObstacle(
  { store }: Pick<PolicyDeps, 'store'>,
  {
    id,
    tenant_id,
    path,
    document,
  }: Pick<PolicyDataRow, 'tenant_id' | 'path' | 'document'> & {
    readonly id: string | undefined;
  },
): Promise<Problem | undefined> {
  const where = { tenant_id };
  const rows = await store.read({ from: 'policy_data', where, damaged: 'blank' });
  const others = rows.filter((row) => row.id !== id);
  const holder = others.find((other) => pathsOverlap(other.path, path));
  if (holder !== undefined) return dataPathTaken(path, holder);
  const hiding = await findHidingPolicy(store, tenant_id, { path, value: JSON.parse(document) });
  if (hiding !== undefined) return dataHidden(path, hiding);
  if (others.length >= DATA_DOCUMENTS_MAX) return tooManyDocuments();
  const length = others.reduce((sum, other) => sum + other.document.length, 0);
  return length + document.length > DATA_TENANT_LENGTH_MAX
    ? tooMuchData(length, document.length)
    : undefined;
}

/** Refuses the insert where another request has stored a document that overlaps this one. */
function guardPath({ tenant_id, path }: PolicyDataRow): readonly Change[] {
  const names = path.split('.');
  const above = names.slice(1).map((_name, at) => names.slice(0, at + 1).join('.'));
  const otherwise = replan(`The documents beside data.${path}`);
  const of = 'policy_data';
  // What begins with the path and a dot is sorted before the path and a slash.
  const below = { from: `${path}.`, until: `${path}/` };
  return [
    { kind: 'require-none', of, where: { tenant_id, path: { in: above } }, otherwise },
    { kind: 'require-none', of, where: { tenant_id, path: below }, otherwise },
  ];
}

/** Signs a document, where this server signs policies. */
async function seal(
  deps: PolicyDeps,
  row: PolicyDataRow,
): Promise<Result<{ readonly row: PolicyDataRow; readonly guards: readonly Change[] }, Problem>> {
  const { policySignatures: signatures } = deps;
  if (signatures === undefined) return ok({ row: { ...row, seal_json: null }, guards: [] });
  const key = await currentKey({ ...deps, signatures });
  if (!key.ok) return key;
  const accepted = acceptedVersion(currentDataVersion(row));
  const seal_json = signDocument(accepted, { signatures, key: key.value });
  const guards = [requireKey(key.value, replan('The key that signs policies'))];
  return ok({ row: { ...row, seal_json }, guards });
}

/**
 * Explains why a document differs from the version that the server accepted; undefined if it does
 * not.
 */
async function findFault(
  { store, policySignatures: signatures }: PolicyDeps,
  stored: PolicyDataRow | PolicyDataVersionRow,
): Promise<string | undefined> {
  if (signatures === undefined) return undefined;
  const keys = await readKeys(store);
  const row = 'data_id' in stored ? stored : currentDataVersion(stored);
  return faultOfDocument(row.seal_json, acceptedVersion(row), { signatures, keys });
}

type DataWrite = `policy_data.${'create' | 'update' | 'rollback' | 'delete'}`;

function writeOf<O extends DataWrite>(operation: O, { id, path }: PolicyDataRow) {
  return { operation, resourceKind: 'policy_data', target: { id, name: path } } as const;
}

/** The fields as policies and the audit log see them: the hash stands for the value. */
function fieldsOf({ path, version, document }: PolicyDataRow): JsonObject {
  const size_bytes = Buffer.byteLength(document);
  return { path, version, sha256: hashOfDocument(document), size_bytes };
}
