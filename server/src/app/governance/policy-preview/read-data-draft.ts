/** Drafts of data documents: the documents of a tenant as they would be, and who reads them. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PolicyDraft } from '@novacron/engine/policy/model/preview';
import { policyReadsDocument } from '@novacron/engine/policy/rules/data-paths';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import {
  attachDocuments,
  readTenantDocuments,
  type TenantDocument,
} from '../../policy/data/tenant-documents.ts';
import { findObstacle } from '../../policy/data/write-policy-data.ts';
import { readDeciding } from '../../policy/memory/read-deciding.ts';

type DataDrafts = NonNullable<ParsedInputOf<'policy.preview'>['data']>;

/**
 * Puts drafts in the place of stored documents. Problems: `name-taken`, `quota-exceeded`.
 */
export async function readDraftDocuments(
  { store, decisions }: CapabilityDeps,
  tenantId: string,
  drafts: DataDrafts,
): Promise<Result<readonly TenantDocument[], Problem>> {
  const stored = await readTenantDocuments(store, [tenantId], decisions.memory.trust);
  const where = { tenant_id: tenantId, path: { in: drafts.map(({ path }) => path) } };
  const rows = await store.read({ from: 'policy_data', where, damaged: 'blank' });
  const documents: TenantDocument[] = [];
  for (const { path, document: text } of drafts) {
    const row = rows.find((each) => each.path === path);
    const document = JSON.stringify(JSON.parse(text));
    const draft = { id: row?.id, tenant_id: tenantId, path, document };
    const obstacle = await findObstacle({ store }, draft);
    if (obstacle !== undefined) return err(obstacle);
    documents.push({
      tenantId,
      path,
      version: (row?.version ?? 0) + 1,
      document,
      fault: undefined,
    });
  }
  const isDraft = ({ path }: TenantDocument): boolean =>
    documents.some((each) => each.path === path);
  return ok([...stored.filter((each) => !isDraft(each)), ...documents]);
}

/** One of the policies that read drafts of documents. */
export interface ReadDataDraft {
  /** Undefined where there is none of this number. */
  readonly policy: Askable | undefined;
  readonly draft: PolicyDraft<Askable>;
  /** The other policies: those before it read the drafts, too, those behind it the stored ones. */
  readonly others: readonly Askable[];
  readonly faulty: readonly string[];
  /** Number of policies that read the drafts. */
  readonly readers: number;
}

/**
 * Reads the policies that decide today and read drafts of documents, with both documents. Judged
 * one after another, each beside what the ones before it have become, they add up to what changes.
 * @param reader - number of the policy among them, from 0
 */
export async function readDataDraft(
  deps: CapabilityDeps,
  { drafts, reader }: { readonly drafts: DataDrafts; readonly reader: number },
  { principal: { tenantId } }: CallContext,
): Promise<Result<ReadDataDraft, Problem>> {
  const documents = await readDraftDocuments(deps, tenantId, drafts);
  if (!documents.ok) return documents;
  const { memory } = deps.decisions;
  const nowMs = deps.clock.nowMs();
  const deciding = await readDeciding(deps.store, tenantId, { nowMs, memory });
  const sound = deciding.filter(({ fault }) => fault === undefined);
  const readers = sound.filter(
    (policy) =>
      policy.tenantId === tenantId &&
      drafts.some(({ path }) => policyReadsDocument(policy.dataReferences, path)),
  );
  const policy = readers[reader];
  const earlier = readers.slice(0, reader);
  const withDrafts = (each: Askable): Askable => attachDocuments(each, documents.value);
  return ok({
    policy,
    draft: { before: policy, after: policy && withDrafts(policy) },
    others: sound
      .filter((each) => each !== policy)
      .map((each) => (earlier.includes(each) ? withDrafts(each) : each)),
    faulty: deciding.flatMap(({ fault, name }) => (fault === undefined ? [] : [name])),
    readers: readers.length,
  });
}
