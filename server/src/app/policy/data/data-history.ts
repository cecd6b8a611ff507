/** The data documents that recorded decisions were made with, by their versions. */
import type { PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import type { PolicyDocuments } from '../../../ports/policy-runtime.ts';
import type { Store } from '../../../ports/store.ts';
import type { PolicyDataVersionRow } from '../../../ports/tables/policy-data-rows.ts';
import { combineDocuments, toDocument } from './tenant-documents.ts';

/** Reads documents of earlier decisions, each version once. */
export interface DataHistory {
  /**
   * @param data - what a verdict recorded
   * @returns the documents; `gone` where a version is not stored any more, or is damaged
   */
  readonly documentsOf: (
    tenantId: string,
    data: NonNullable<PolicyVerdict['data']>,
  ) => Promise<PolicyDocuments | undefined | 'gone'>;
}

/** Makes an empty one. */
export function createDataHistory({ store }: { readonly store: Store }): DataHistory {
  const combined = new Map<string, Promise<PolicyDocuments | undefined | 'gone'>>();

  async function read(
    tenantId: string,
    data: NonNullable<PolicyVerdict['data']>,
  ): Promise<PolicyDocuments | undefined | 'gone'> {
    const paths = data.map(({ path }) => path);
    const rows = await store.read({
      from: 'policy_data_versions',
      where: { tenant_id: tenantId, path: { in: paths } },
      damaged: 'blank',
    });
    const used = data.flatMap(({ path, version }) => rows.findLast(isVersion(path, version)) ?? []);
    const documents = used.map((row) => toDocument(row, undefined));
    const isWhole = documents.every(({ fault }) => fault === undefined);
    return isWhole && documents.length === data.length ? combineDocuments(documents) : 'gone';
  }

  return {
    documentsOf: (tenantId, data) => {
      if (data.length === 0) return Promise.resolve(undefined);
      const key = JSON.stringify([tenantId, data]);
      const known = combined.get(key) ?? read(tenantId, data);
      combined.set(key, known);
      return known;
    },
  };
}

function isVersion(path: string, version: number) {
  return (row: PolicyDataVersionRow): boolean => row.path === path && row.version === version;
}
