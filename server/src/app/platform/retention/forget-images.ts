/**
 * Removes unfinished uploads without progress, and uploaded images that nothing refers to. Images
 * are referred to by their names, which contain their checksums, in whatever a resource or an
 * operation says.
 */
import type { ImageStore } from '../../../ports/image-store.ts';
import type { Store } from '../../../ports/store.ts';
import { recordUploads } from '../../access/quota/upload-quota.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import type { RetentionJob } from './retention-job.ts';

const DAY_MS = 86_400_000;

/** Maximum time that an upload may be without progress. Unit: ms. */
export const UNFINISHED_MS = DAY_MS;

/** Retention of an unreferenced image since its last use. Unit: ms. */
export const IMAGE_RETENTION_MS = 7 * DAY_MS;

/**
 * The job. A template that is created meanwhile uses its image before it is committed, and `use`
 * is seen by `removeUnused`, which looks and removes without a pause.
 */
export const imagesJob: RetentionJob = {
  name: 'images',
  deleteBatch: async ({ deps, nowMs, limit }) => {
    const { images, store } = deps;
    if (images === undefined) return 0;
    const before = images.usage();
    const unfinished = images.removeUnfinished(nowMs - UNFINISHED_MS);
    const removed = await removeUnused(store, images, { nowMs, limit });
    if (unfinished + removed > 0) await recordUploads({ store, images }, [...before.keys()]);
    return Math.min(limit, unfinished + removed);
  },
};

async function removeUnused(
  store: Store,
  images: ImageStore,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<number> {
  const sinceMs = nowMs - IMAGE_RETENTION_MS;
  const old = images.list().filter(({ usedAtMs }) => usedAtMs < sinceMs);
  if (old.length === 0) return 0;
  const needed = await findNeeded(store);
  const unused = old.filter(({ file }) => !needed.has(file)).slice(0, limit);
  return unused.filter(({ file }) => images.removeUnused(file, sinceMs)).length;
}

/** Rows that are read at a time. */
const ROWS_READ_MAX = 500;

/** Names of uploaded images in any text. */
const FILES = /[0-9a-f]{64}\.(?:qcow2|raw|vmdk|iso)/g;

/** Images that resources, versions of templates and operations under way refer to. */
async function findNeeded(store: Store): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  const note = (text: string): void => {
    for (const [file] of text.matchAll(FILES)) needed.add(file);
  };
  for (const from of ['tenant_templates', 'vms', 'vm_groups', 'volumes'] as const) {
    await readAll(
      (after) => store.read({ from, where: { id: { above: after } }, limit: ROWS_READ_MAX }),
      ({ desired_json }) => note(desired_json),
    );
  }
  await readAll(
    (after) => {
      const where = { id: { above: after } };
      return store.read({ from: 'template_versions', where, limit: ROWS_READ_MAX });
    },
    ({ document_json }) => note(document_json),
  );
  // A stuck operation may be resumed.
  await readAll(
    (after) => {
      const status = { in: ['running', 'undoing', 'stuck'] } as const;
      const where = { id: { above: after }, status };
      return store.read({ from: 'operations', where, limit: ROWS_READ_MAX });
    },
    ({ definition_json }) => note(definition_json),
  );
  return needed;
}

/** Reads a table in pages. A row that is damaged rejects, so that no reference is missed. */
async function readAll<Row extends { readonly id: string }>(
  read: (after: string) => Promise<readonly Row[]>,
  each: (row: Row) => void,
): Promise<void> {
  for await (const rows of readPages({ length: ROWS_READ_MAX, read })) {
    for (const row of rows) each(row);
  }
}
