/** The data documents of tenants as policies are evaluated with them. */
import { hash } from 'node:crypto';
import type { Json } from '@novacron/contract/json';
import { combineData, policyReadsDocument } from '@novacron/engine/policy/rules/data-paths';
import type { Askable, PolicyDocuments } from '../../../ports/policy-runtime.ts';
import type { Store } from '../../../ports/store.ts';
import type { PolicyDataVersionRow } from '../../../ports/tables/policy/policy-data-rows.ts';
import { UNREADABLE } from '../../rows/parse-stored.ts';
import type { IntegrityVerifier } from '../signing/policy-integrity.ts';
import { currentDataVersion } from './policy-data-versions.ts';

/** A document, or why it must not be used. */
export interface TenantDocument {
  readonly tenantId: string;
  readonly path: string;
  readonly version: number;
  /** JSON without spaces. */
  readonly document: string;
  readonly fault: string | undefined;
}

/** Reads the documents of tenants, and verifies them. */
export async function readTenantDocuments(
  store: Store,
  tenantIds: readonly string[],
  trust: IntegrityVerifier | undefined,
): Promise<readonly TenantDocument[]> {
  const where = { tenant_id: { in: tenantIds } };
  const rows = await store.read({ from: 'policy_data', where, damaged: 'blank' });
  if (rows.length > 0) await trust?.learn();
  return rows.map((row) => toDocument(currentDataVersion(row), trust));
}

/** Makes a document of a stored version. */
function toDocument(
  row: PolicyDataVersionRow,
  trust: IntegrityVerifier | undefined,
): TenantDocument {
  const { tenant_id: tenantId, path, version, document } = row;
  const fault = document === '' ? UNREADABLE : trust?.faultOfData(row);
  return { tenantId, path, version, document, fault };
}

/** Selects the documents that a policy reads, of the tenant that has it, by their paths. */
function selectDocuments(
  { dataReferences, tenantId }: Pick<Askable, 'dataReferences' | 'tenantId'>,
  documents: readonly TenantDocument[],
): readonly TenantDocument[] {
  return documents
    .filter((each) => each.tenantId === tenantId && policyReadsDocument(dataReferences, each.path))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** Returns the documents that a policy is evaluated with; empty if a document must not be used. */
export function documentsFor(
  policy: Pick<Askable, 'dataReferences' | 'tenantId'>,
  documents: readonly TenantDocument[],
): PolicyDocuments | undefined {
  const read = selectDocuments(policy, documents);
  return read.some(({ fault }) => fault !== undefined) ? undefined : combineDocuments(read);
}

/** Combines documents; the key says what they are made of: many policies read the same ones. */
function combineDocuments(
  read: readonly Pick<TenantDocument, 'path' | 'document'>[],
): PolicyDocuments | undefined {
  if (read.length === 0) return undefined;
  const texts = read.map(({ path, document }) => `${path}=${document}`);
  const key = hash('sha256', texts.join('\n'), 'base64');
  const placed = read.map(({ path, document }) => {
    // Accepted as JSON.
    const value: Json = JSON.parse(document);
    return { path, value };
  });
  return { key, json: JSON.stringify(combineData(placed)) };
}

/** A policy that its documents were added to. */
interface Attached {
  /** Documents that were added. */
  readonly read: readonly TenantDocument[];
  readonly policy: Askable;
}

/** Policies stay the same objects while they and their documents are unchanged, for caches. */
const attached = new WeakMap<Askable, Attached>();

/**
 * Adds the documents that a policy reads. Where one must not be used, the policy refuses every
 * write: without it the policy could allow what it refuses.
 */
export function attachDocuments(policy: Askable, documents: readonly TenantDocument[]): Askable {
  if (policy.dataReferences.length === 0 || policy.fault !== undefined) return policy;
  const read = selectDocuments(policy, documents);
  if (read.length === 0) return policy;
  const known = attached.get(policy);
  if (known !== undefined && isSame(known.read, read)) return known.policy;
  const faulty = read.find(({ fault }) => fault !== undefined);
  const data = read.map(({ path, version }) => ({ path, version }));
  const made =
    faulty === undefined
      ? { ...policy, documents: combineDocuments(read), data }
      : refuseAll({ ...policy, documents: undefined, data }, faulty);
  attached.set(policy, { read, policy: made });
  return made;
}

/** Compares texts, not only versions: a program may have changed a document in the store. */
function isSame(left: readonly TenantDocument[], right: readonly TenantDocument[]): boolean {
  if (left.length !== right.length) return false;
  return left.every(({ path, version, document, fault }, at) => {
    const other = right[at];
    return (
      other?.path === path &&
      other.version === version &&
      other.fault === fault &&
      other.document === document
    );
  });
}

function refuseAll(policy: Askable, { path, fault }: TenantDocument): Askable {
  return {
    ...policy,
    fault: `the document data.${path}, which it reads, was changed outside of the server: ${fault}`,
    faultyData: path,
    mode: 'block',
    enabled: true,
    selector: null,
    actions: null,
  };
}
