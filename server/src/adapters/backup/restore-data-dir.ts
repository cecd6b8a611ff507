/** Makes a data directory from a backup, wholly or not at all. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { BackupReport, BackupRequest } from '../../ports/backup.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { type ArchiveReader, openArchive } from './archive.ts';
import { type BackupMaker, readMigrations } from './back-up-data-dir.ts';
import { beginRestoredBranch } from './begin-restored-branch.ts';
import { checkDatabase } from './check-database.ts';
import { AGENTS_FOLDER, BACKUP_FORMAT, describeContents, STORE_FILE } from './manifest.ts';

/** Takes a data directory as a server does, to see whether one runs there. */
export type LockServerDir = (dataDir: string) => Result<{ readonly release: () => void }, Problem>;

const KEY_REMARK =
  'Put the sealing key of the server that was backed up (sealing.key) there as well, readable ' +
  'for its user alone: without it no server starts on this store.';

const AGENTS_REMARK =
  'Agents in processes of their own follow the server that was backed up: they refuse the ' +
  'restored one until novacron admin control-plane takeover.';

/** Restores the backup; the directory appears when everything in it is checked. */
export function restoreDataDir(
  { dataDir, file }: BackupRequest,
  { clock, ids }: Pick<BackupMaker, 'clock' | 'ids'>,
  lockServerDir: LockServerDir,
): Result<BackupReport, Problem> {
  if (!existsSync(file)) return err(noFile(file));
  const free = requireFree(dataDir, lockServerDir);
  if (!free.ok) return free;
  let folder: string | undefined;
  let archive: ArchiveReader | undefined;
  try {
    archive = openArchive(file);
    if (archive === undefined) return err(noBackup(file));
    const { format } = archive.manifest;
    if (format > BACKUP_FORMAT) return err(tooNew(file, `format ${format}`));
    const place = resolve(dataDir);
    mkdirSync(dirname(place), { recursive: true });
    // Private, and beside the directory, so that renaming stays on one disk.
    folder = mkdtempSync(join(dirname(place), `.${basename(place)}-restore-`));
    const extracted = extractAll(archive, folder, file);
    if (!extracted.ok) return extracted;
    beginRestoredBranch({
      folder,
      paths: archive.manifest.files.map(({ path }) => path),
      term: ids.next('term'),
      nowMs: clock.nowMs(),
    });
    // Refuses what has come into the directory since it was looked at.
    if (existsSync(place)) rmdirSync(place);
    renameSync(folder, place);
    const holds = `${dataDir} holds ${describeContents(archive.manifest)}.`;
    return ok({ lines: [holds, KEY_REMARK, AGENTS_REMARK] });
  } catch (cause) {
    return err(cannotRestore(dataDir, cause));
  } finally {
    archive?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing is ever overwritten, least of all below a server. */
function requireFree(dataDir: string, lockServerDir: LockServerDir): Result<void, Problem> {
  if (!existsSync(dataDir)) return ok(undefined);
  const names = readdirSync(dataDir);
  if (names.length === 0) return ok(undefined);
  if (names.includes('server.lock')) {
    const lock = lockServerDir(dataDir);
    if (!lock.ok) return err(inUse(lock.error.detail));
    lock.value.release();
  }
  return err(
    problem('conflict', {
      detail: `${dataDir} is not empty; a restore never replaces a file.`,
      remedy: 'Name a directory that is empty or does not exist, or move the existing one first.',
    }),
  );
}

function extractAll(archive: ArchiveReader, folder: string, file: string): Result<void, Problem> {
  const paths = archive.manifest.files.map(({ path }) => path);
  if (!paths.includes(STORE_FILE)) return err(damaged(file, 'the store is missing'));
  mkdirSync(join(folder, AGENTS_FOLDER), { mode: 0o700 });
  for (const path of paths) {
    const target = join(folder, path);
    if (archive.extract(path, target) === 'damaged' || checkDatabase(target) === 'damaged') {
      return err(damaged(file, `${path} is not what was put into it`));
    }
  }
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const unknown = readMigrations(join(folder, STORE_FILE)).filter((name) => !known.has(name));
  return unknown.length === 0 ? ok(undefined) : err(tooNew(file, unknown.join(', ')));
}

function inUse(detail: string): Problem {
  return problem('conflict', {
    detail,
    remedy: 'Restore to another directory, or stop the server and move its directory first.',
  });
}

function noFile(file: string): Problem {
  return problem('not-found', {
    detail: `There is no file ${file}.`,
    remedy: 'Name a file that novacron backup created.',
  });
}

function noBackup(file: string): Problem {
  return problem('validation-failed', {
    detail: `${file} is not a backup of NovaCron, or is damaged.`,
    remedy: 'Name a file that novacron backup created, or an older backup.',
  });
}

function damaged(file: string, what: string): Problem {
  return problem('validation-failed', {
    detail: `The backup ${file} is damaged: ${what}. Nothing has been restored.`,
    remedy: 'Restore an older backup, and check the disk of this one.',
  });
}

function tooNew(file: string, what: string): Problem {
  return problem('validation-failed', {
    detail: `The backup ${file} was made by a newer release of NovaCron than this one (${what}).`,
    remedy: 'Restore it with the release that created it, or a later one.',
  });
}

function cannotRestore(dataDir: string, cause: unknown): Problem {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return problem('unavailable', {
    detail: `The backup cannot be restored to ${dataDir}: ${reason}`,
    remedy: 'Name a directory that this user may write, on a disk with free space.',
  });
}
