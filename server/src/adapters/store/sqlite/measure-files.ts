/** Measures the used and the free space of a store. */
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StoreSize } from '../../../ports/store.ts';

/** The database, its write-ahead log and the index of that. */
const SUFFIXES = ['', '-wal', '-shm'];

/** The bytes of the files of a store, and those that its file system has for this user. */
export async function measureFiles(path: string): Promise<StoreSize> {
  const sizes = await Promise.all(SUFFIXES.map((suffix) => sizeOf(`${path}${suffix}`)));
  const { bavail, bsize } = await statfs(dirname(path));
  return { sizeBytes: sizes.reduce((sum, size) => sum + size, 0), freeBytes: bavail * bsize };
}

/** The log exists only while something is in it. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
