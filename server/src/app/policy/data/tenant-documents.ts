/** The data documents of tenants as policies are evaluated with them. */
import { hash } from 'node:crypto';
import type { Json } from '@novacron/contract/json';
import type { AskablePolicy, InputReference } from '@novacron/engine/policy/model/policy';
import { combineData, policyReadsDocument } from '@novacron/engine/policy/rules/data-paths';
import type { Askable, PolicyDocuments } from '../../../ports/policy-runtime.ts';
import type { Store } from '../../../ports/store.ts';
import type { PolicyDataVersionRow } from '../../../ports/tables/policy-data-rows.ts';
import { UNREADABLE } from '../../rows/damaged-row.ts';
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

/** What a policy is evaluated with. */
export interface ReadDocuments {
  readonly documents: PolicyDocuments | undefined;
  readonly data: AskablePolicy['data'];
  /** The first document that must not be used. */
  readonly faulty: TenantDocument | undefined;
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
export function toDocument(
  row: PolicyDataVersionRow,
  trust: IntegrityVerifier | undefined,
): TenantDocument {
  const { tenant_id: tenantId, path, version, document } = row;
  const fault = document === '' ? UNREADABLE : trust?.faultOfData(row);
  return { tenantId, path, version, document, fault };
}

/** Selects the documents that references read, of the tenant that has the policy. */
export function selectDocuments(
  references: readonly InputReference[],
  documents: readonly TenantDocument[],
  tenantId: string,
): ReadDocuments {
  const read = documents
    .filter((each) => each.tenantId === tenantId && policyReadsDocument(references, each.path))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1));
  const faulty = read.find(({ fault }) => fault !== undefined);
  if (read.length === 0) return { documents: undefined, data: undefined, faulty };
  const data = read.map(({ path, version }) => ({ path, version }));
  if (faulty !== undefined) return { documents: undefined, data, faulty };
  return { documents: combineDocuments(read), data, faulty };
}

/** Combines documents; the key says what they are made of: many policies read the same ones. */
export function combineDocuments(
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

/** A policy that its documents were added to, with what they were. */
interface Attached {
  readonly mark: string;
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
  const read = selectDocuments(policy.dataReferences, documents, policy.tenantId);
  if (read.data === undefined) return policy;
  const { faulty } = read;
  const versions = read.data.map(({ path, version }) => `${path}@${version}`).join();
  const mark = `${versions} ${read.documents?.key ?? ''} ${faulty?.fault ?? ''}`;
  const known = attached.get(policy);
  if (known?.mark === mark) return known.policy;
  const sound = { ...policy, documents: read.documents, data: read.data };
  const made = faulty === undefined ? sound : refuseAll(sound, faulty);
  attached.set(policy, { mark, policy: made });
  return made;
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
