/** Moves a server that has outgrown its machine: its store goes from a backup into PostgreSQL. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { BackupReport } from '../../ports/backup.ts';
import { type CopyRequest, copyFromSqlite } from '../store/postgres/copy-from-sqlite.ts';
import { describeServer } from '../store/postgres/postgres-settings.ts';
import { STORE_FILE } from './manifest.ts';

/**
 * Makes a data directory from a backup, but for the store, which goes into an empty database: both,
 * or neither. Problems: those of a restore, of opening a database, and `conflict` where it holds
 * anything.
 * @param restore - makes the data directory
 */
export async function restoreToDatabase(
  dataDir: string,
  restore: () => Promise<Result<BackupReport, Problem>>,
  database: Pick<CopyRequest, 'url' | 'tlsMinVersion'>,
): Promise<Result<BackupReport, Problem>> {
  const restored = await restore();
  if (!restored.ok) return restored;
  const path = join(dataDir, STORE_FILE);
  const copied = await copyFromSqlite({ path, ...database });
  if (!copied.ok) {
    // It was empty before, or not there at all.
    rmSync(dataDir, { recursive: true, force: true });
    return copied;
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  const name = describeServer(database.url);
  const moved = `The store is in the database ${name} instead of the directory.`;
  return ok({ lines: [...restored.value.lines, moved] });
}
