/** Empty stores for the tests of one file: migrated once, and copied for each test. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { makeDataDirectory } from '@novacron/testing/memory-disk';

let migrated: Promise<Buffer> | undefined;

/** Puts a store at a path as opening it for the first time leaves it: with all its tables. */
export async function copyEmptyStore(path: string): Promise<void> {
  migrated ??= migrate();
  writeFileSync(path, await migrated);
}

async function migrate(): Promise<Buffer> {
  const directory = makeDataDirectory('novacron-migrated-');
  try {
    const path = join(directory, 'novacron.db');
    const opened = await openSqliteStore({ path });
    if (!opened.ok) throw new Error(opened.error.detail);
    await opened.value.close();
    return readFileSync(path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
