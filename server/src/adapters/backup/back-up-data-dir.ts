/** Makes a backup of a data directory, also of a server that is running. */
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import Database from 'better-sqlite3';
import type { BackupReport, BackupRequest } from '../../ports/backup.ts';
import type { Ids } from '../../ports/ids.ts';
import { MIGRATION_HISTORY } from '../store/schema/migrate.ts';
import { writeArchive } from './archive.ts';
import { checkDatabase } from './check-database.ts';
import { copyAll } from './copy-databases.ts';
import { freezeDataDir } from './freeze-data-dir.ts';
import { BACKUP_FORMAT, describeContents, type Manifest, STORE_FILE } from './manifest.ts';

const MIB = 1024 ** 2;

const KEY_REMARK =
  'It does not hold the sealing key (sealing.key), which a restored server needs: keep that apart.';

/** Context of the server that makes the backup. */
export interface BackupMaker {
  readonly clock: Clock;
  /** For the term that a restored store begins with. */
  readonly ids: Ids;
  readonly serverVersion: string;
}

/** Makes the backup; the file appears when it is whole and checked. */
export async function backUpDataDir(
  { dataDir, file }: BackupRequest,
  maker: BackupMaker,
): Promise<Result<BackupReport, Problem>> {
  if (!existsSync(join(dataDir, STORE_FILE))) return err(noStore(dataDir));
  if (existsSync(file)) return err(fileExists(file));
  let folder: string | undefined;
  try {
    // Beside the file: there is room where it goes, and renaming stays on one disk.
    folder = mkdtempSync(join(dirname(file), '.novacron-backup-'));
    const madeAtMs = maker.clock.nowMs();
    const frozen = await freezeDataDir(dataDir);
    if (frozen === undefined) return err(alwaysBusy());
    const copies = await copyAll(frozen, folder);
    const damaged = copies.find(({ source }) => checkDatabase(source) === 'damaged');
    if (damaged !== undefined) return err(sourceDamaged(damaged.path));
    const made = join(folder, 'backup');
    const manifest = writeArchive(made, copies, {
      format: BACKUP_FORMAT,
      made_at: new Date(madeAtMs).toISOString(),
      server_version: maker.serverVersion,
      migrations: readMigrations(join(folder, '0.db')),
    });
    renameSync(made, file);
    return ok({ lines: [describeBackup(file, manifest), KEY_REMARK] });
  } catch (cause) {
    return err(cannotWrite(file, cause));
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The migrations that a store has had. @param storeFile - a copy of our own */
export function readMigrations(storeFile: string): string[] {
  const store = new Database(storeFile, { fileMustExist: true });
  try {
    const names = store.prepare(`select name from ${MIGRATION_HISTORY} order by name`).pluck();
    return names.all().map(String);
  } finally {
    store.close();
  }
}

function describeBackup(file: string, manifest: Manifest): string {
  const sizeBytes = manifest.files.reduce((sum, each) => sum + each.size_bytes, 0);
  const size = `${(sizeBytes / MIB).toFixed(1)} MiB`;
  const paths = manifest.files.map(({ path }) => path);
  const contents = describeContents(paths, Date.parse(manifest.made_at));
  return `${file} holds ${contents}, ${size}.`;
}

function noStore(dataDir: string): Problem {
  return problem('not-found', {
    detail: `No NovaCron store found in ${dataDir}.`,
    remedy:
      'Run this on the machine of the server, with its --data-dir. PostgreSQL has tools of its ' +
      'own (pg_basebackup, pg_dump).',
  });
}

function fileExists(file: string): Problem {
  return problem('conflict', {
    detail: `${file} exists already; a backup never replaces a file.`,
    remedy: 'Name another file, or remove the existing file first.',
  });
}

function alwaysBusy(): Problem {
  return problem('unavailable', {
    detail: 'The store or the file of an agent is written to continuously.',
    remedy: 'Try again, or stop the server during the backup.',
  });
}

function sourceDamaged(path: string): Problem {
  return problem('unavailable', {
    detail: `${path} in the data directory is damaged: SQLite's integrity check fails.`,
    remedy: 'Restore the last backup, and check the disk.',
  });
}

function cannotWrite(file: string, cause: unknown): Problem {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return problem('unavailable', {
    detail: `The backup cannot be written to ${file}: ${reason}`,
    remedy:
      'Name a file in an existing directory that this user may write, on a disk with free space.',
  });
}
