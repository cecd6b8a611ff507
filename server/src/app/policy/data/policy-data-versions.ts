/** The versions of data documents that policies read: stored and read. */
import type { ChangeSet, Store } from '../../../ports/store.ts';
import type {
  PolicyDataRow,
  PolicyDataVersionRow,
} from '../../../ports/tables/policy/policy-data-rows.ts';
import { versionRowId } from '../../rows/policy-versions.ts';

/** Older versions are in the users' Git. */
const DATA_VERSIONS_KEPT_MAX = 50;

/** Every stored version of a document, oldest first. */
export function readDataVersions(
  store: Store,
  dataId: string,
): Promise<readonly PolicyDataVersionRow[]> {
  const where = { data_id: dataId };
  return store.read({ from: 'policy_data_versions', where, damaged: 'blank' });
}

/** The current value of a document as a version, with the author of its last change. */
export function currentDataVersion(row: PolicyDataRow): PolicyDataVersionRow {
  return {
    id: versionRowId(row.id, row.version),
    tenant_id: row.tenant_id,
    data_id: row.id,
    path: row.path,
    version: row.version,
    document: row.document,
    seal_json: row.seal_json,
    created_at_ms: row.updated_at_ms,
    created_by: row.updated_by,
  };
}

/**
 * Stores the value of a changed document.
 * @param kept - the versions before the change
 * @returns changes that also delete the oldest beyond {@link DATA_VERSIONS_KEPT_MAX}
 */
export function keepDataVersion(
  kept: readonly PolicyDataVersionRow[],
  after: PolicyDataRow,
): ChangeSet {
  const row = currentDataVersion(after);
  const others = kept.filter(({ version }) => version !== after.version);
  const tooOld = others.slice(0, Math.max(0, others.length + 1 - DATA_VERSIONS_KEPT_MAX));
  return [{ kind: 'put', into: 'policy_data_versions', row }, ...dropDataVersions(tooOld)];
}

/** Deletes versions. */
export function dropDataVersions(versions: readonly PolicyDataVersionRow[]): ChangeSet {
  return versions.map(({ id }) => ({ kind: 'drop', from: 'policy_data_versions', id }));
}
