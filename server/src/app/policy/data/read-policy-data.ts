/** Shows the data documents of a tenant, and their versions. */
import {
  type PolicyData,
  type PolicyDataSummary,
  PolicyDataVersion,
} from '@novacron/contract/kinds/policy/policy-data';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type {
  PolicyDataRow,
  PolicyDataVersionRow,
} from '../../../ports/tables/policy/policy-data-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { damagedRow } from '../../rows/parse-stored.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { PolicyDeps } from '../deps.ts';
import { acceptedVersion, hashOfDocument, signatureOfDocument } from '../signing/sign-document.ts';
import { currentDataVersion, readDataVersions } from './policy-data-versions.ts';

/** Finds a document of the tenant; another tenant's is not found. */
export async function findPolicyData(
  { store }: Pick<PolicyDeps, 'store'>,
  id: string,
  { principal }: CallContext,
): Promise<Result<PolicyDataRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'policy_data', where, damaged: 'blank' });
  return row === undefined ? err(notFound('data document', id)) : ok(row);
}

/** Shows a document, now or at an earlier version. Problems: `not-found`. */
export async function getPolicyData(
  deps: PolicyDeps,
  { id, version }: ParsedInputOf<'policy_data.get'>,
  context: CallContext,
): Promise<Result<PolicyData, Problem>> {
  const found = await findPolicyData(deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  if (version === undefined || version === row.version) return ok(toPolicyData(row));
  const versions = await readDataVersions(deps.store, id);
  const earlier = versions.find((each) => each.version === version);
  if (earlier === undefined) return err(noDataVersion(row, versions, { version }));
  return ok(toPolicyData(row, earlier));
}

/** Lists documents without their values. */
export async function listPolicyData(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_data.list'>,
  { principal }: CallContext,
): Promise<Result<Page<PolicyDataSummary>, Problem>> {
  const source = {
    operation: 'policy_data.list',
    from: 'policy_data',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'pdat',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toSummary)) : page;
}

/** Lists the versions of a document, oldest first. Problems: `not-found`. */
export async function listPolicyDataVersions(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_data.versions'>,
  context: CallContext,
): Promise<Result<Page<PolicyDataVersion>, Problem>> {
  const found = await findPolicyData(deps, input.id, context);
  if (!found.ok) return found;
  const versions = await readDataVersions(deps.store, input.id);
  const all = versions.map((row) => ({ id: row.id, ...toVersion(row) }));
  const nowMs = deps.clock.nowMs();
  const page = listItems({ operation: 'policy_data.versions', input, nowMs }, all);
  return page.ok ? ok(mapPage(page.value, ({ id: _row, ...version }) => version)) : page;
}

/**
 * A document as answers carry it.
 * @param version - the version whose value it has; the current one by default
 * @throws damagedRow
 */
export function toPolicyData(
  row: PolicyDataRow,
  version: PolicyDataVersionRow = currentDataVersion(row),
): PolicyData {
  const { document } = version;
  if (document === '') throw damagedRow(version.id, 'its document cannot be decrypted');
  return {
    ...toSummary({ ...row, document }),
    version: version.version,
    document,
    signature: signatureOfDocument(version.seal_json, acceptedVersion(version)),
  };
}

function toSummary(row: PolicyDataRow): PolicyDataSummary {
  return {
    id: row.id,
    path: row.path,
    version: row.version,
    sha256: hashOfDocument(row.document),
    size_bytes: Buffer.byteLength(row.document),
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  };
}

/** The document has no version with this number. */
export function noDataVersion(
  { path, version: current }: PolicyDataRow,
  versions: readonly PolicyDataVersionRow[],
  asked: Readonly<Record<string, number>>,
): Problem {
  const [field = '', version] = Object.entries(asked)[0] ?? [];
  const numbers = new Set([...versions.map((each) => each.version), current]);
  const kept = [...numbers].join(', ');
  return problem('not-found', {
    detail: `The document data.${path} has no version ${version}; it has ${kept}.`,
    remedy: 'List its versions with `novacron policy data history`, and name one of them.',
    fields: [{ path: [field], message: 'is not a version of this document' }],
  });
}

function toVersion(row: PolicyDataVersionRow): PolicyDataVersion {
  return PolicyDataVersion.parse({
    version: row.version,
    sha256: hashOfDocument(row.document),
    size_bytes: Buffer.byteLength(row.document),
    signature: signatureOfDocument(row.seal_json, acceptedVersion(row)),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
  });
}
