/** A backup target that is a directory, such as a mounted share. */
import { copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetFiles } from './target-files.ts';

/** Files that are being written begin with it. */
const PARTIAL = '.partial-';

/**
 * Opens the directory. It is never created: while a share is not mounted, that would put backups on
 * the disk that they are to outlive.
 */
export function openDirectoryFiles(path: string): TargetFiles {
  return {
    put: async (name, source) => {
      const partial = join(path, `${PARTIAL}${name}`);
      await copyFile(source, partial);
      await flush(partial);
      await rename(partial, join(path, name));
      await flush(path);
    },
    get: (name, target) => copyFile(join(path, name), target),
    list: async (prefix = '') => {
      const names = (await namesIn(path)).filter(
        (name) => name.startsWith(prefix) && !name.startsWith(PARTIAL),
      );
      return Promise.all(
        names.map(async (name) => ({ name, sizeBytes: (await stat(join(path, name))).size })),
      );
    },
    remove: async (names) => {
      for (const name of names) await rm(join(path, name), { force: true });
    },
  };
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (cause) {
    // `instanceof Error` is false for errors of Node under Jest.
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT') {
      return [];
    }
    throw cause;
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
