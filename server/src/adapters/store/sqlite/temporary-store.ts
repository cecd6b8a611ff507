/** Stores in directories of their own, for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../../ports/store.ts';
import { openSqliteStore, type SqliteStoreOptions } from './open-sqlite-store.ts';

/** Makes an empty directory. */
export function makeTemporaryDirectory(): { readonly directory: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-store-'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Opens an empty store in a new directory; `remove` closes it and removes both. */
export async function openTemporaryStore(
  options: Omit<SqliteStoreOptions, 'path'> = {},
): Promise<{ readonly store: Store; readonly path: string; readonly remove: () => Promise<void> }> {
  const { directory, remove } = makeTemporaryDirectory();
  const path = join(directory, 'novacron.db');
  const opened = await openSqliteStore({ ...options, path });
  if (!opened.ok) throw new Error(opened.error.detail);
  const store = opened.value;
  return {
    store,
    path,
    remove: async () => {
      await store.close();
      remove();
    },
  };
}
