/**
 * Exported snapshots in a directory: a directory for each snapshot, in which its image is named by
 * its checksum, as uploaded images are.
 */
import { closeSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EXPORT_FILE, EXPORTS_DIRECTORY } from '@novacron/contract/formats/snapshot-export';
import { SnapshotId } from '@novacron/contract/ids';
import { ok } from '@novacron/contract/result';
import type { ImageStore } from '../../ports/image-store.ts';
import type { SnapshotExports, StoredExport } from '../../ports/snapshot-exports.ts';
import { createImageStore } from './open-image-store.ts';
import { createFileVerifier } from './verify-file.ts';

/** Position of the disk size in a qcow2 header. */
const SIZE_OFFSET = 24;
const SIZE_BYTES = 8;

/** Opens them. @param images - directory of images */
export function openSnapshotExports(images: string): SnapshotExports {
  const directory = join(images, EXPORTS_DIRECTORY);
  /** Stores of the snapshots whose exports arrive, which know what another request appends. */
  const stores = new Map<string, ImageStore>();
  const verifier = createFileVerifier();

  function find(snapshotId: string): StoredExport | undefined {
    const own = join(directory, snapshotId);
    const file = namesIn(own).find((name) => EXPORT_FILE.test(name));
    if (file === undefined) return undefined;
    const path = join(own, file);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    return {
      snapshotId,
      path,
      sha256: file.slice(0, file.indexOf('.')),
      bytes: found.size,
      virtualBytes: diskSizeOf(path),
      exportedAtMs: Math.floor(found.mtimeMs),
    };
  }

  function remove(snapshotId: string): void {
    stores.delete(snapshotId);
    rmSync(join(directory, snapshotId), { recursive: true, force: true });
  }

  return {
    find,
    verify: async (snapshotId) => {
      const found = find(snapshotId);
      if (found === undefined) return 'absent';
      const { path, sha256: digits } = found;
      return await verifier({ path, digits, drop: () => remove(snapshotId) });
    },
    list: () =>
      namesIn(directory).flatMap((snapshotId) => {
        const own = join(directory, snapshotId);
        const found = statSync(own, { throwIfNoEntry: false });
        if (found === undefined || !SnapshotId.safeParse(snapshotId).success) return [];
        const times = namesIn(own).map(
          (name) => statSync(join(own, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
        );
        return [{ snapshotId, changedAtMs: Math.floor(Math.max(found.mtimeMs, ...times)) }];
      }),
    append: async ({ snapshotId, file, range, bytesMax, content }) => {
      const known = stores.get(snapshotId);
      const own = join(directory, snapshotId);
      const store = known ?? createImageStore({ directory: own, bytesMax, headers: 'trusted' });
      stores.set(snapshotId, store);
      if (range === undefined) return ok(await store.progressOf(file, snapshotId));
      const done = await store.append({ file, tenantId: snapshotId, ...range, content });
      if (done.ok && done.value.state === 'complete') stores.delete(snapshotId);
      return done;
    },
    remove,
  };
}

function namesIn(directory: string): readonly string[] {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(directory).sort();
}

function diskSizeOf(path: string): number {
  const opened = openSync(path, 'r');
  try {
    const size = Buffer.alloc(SIZE_BYTES);
    readSync(opened, size, 0, SIZE_BYTES, SIZE_OFFSET);
    // A damaged file may be shorter, and its size is then 0.
    return Number(size.readBigUInt64BE());
  } finally {
    closeSync(opened);
  }
}
