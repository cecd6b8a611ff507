/** Whether the storage can be read and written past the page cache of the host. */
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { remove } from './directories.ts';

/** `none` for files that another node writes too: nothing is read from this node's page cache. */
export type CacheMode = 'none' | 'writeback';

/** Some file systems, such as those in memory, know no direct access. */
export function findCacheMode(storageDir: string): CacheMode {
  const file = join(storageDir, '.direct-access');
  try {
    closeSync(openSync(file, constants.O_CREAT | constants.O_WRONLY | constants.O_DIRECT));
    return 'none';
  } catch {
    return 'writeback';
  } finally {
    remove(file);
  }
}
