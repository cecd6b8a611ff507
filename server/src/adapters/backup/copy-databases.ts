/** Copies frozen databases. */
import { join } from 'node:path';
import type { ArchivedFile } from './archive.ts';
import type { FrozenDatabase } from './freeze-data-dir.ts';

/** The whole database in one step: what is copied in several starts again with every write. */
const ALL_PAGES = 0x7fffffff;

/** Copies each into a folder, and closes the readers. The first copy, of the store, is `0.db`. */
export async function copyAll(
  frozen: readonly FrozenDatabase[],
  folder: string,
): Promise<readonly ArchivedFile[]> {
  try {
    const copies: ArchivedFile[] = [];
    for (const [index, { path, reader }] of frozen.entries()) {
      const source = join(folder, `${index}.db`);
      await reader.backup(source, { progress: () => ALL_PAGES });
      copies.push({ path, source });
    }
    return copies;
  } finally {
    for (const { reader } of frozen) reader.close();
  }
}
