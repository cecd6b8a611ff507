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
import { openArchive } from './archive.ts';
import { type BackupMaker, readMigrations } from './back-up-data-dir.ts';
import { beginRestoredBranch } from './begin-restored-branch.ts';
import { checkDatabase } from './check-database.ts';
import { holdRestoredStore } from './hold-restored-store.ts';
import { AGENTS_FOLDER, BACKUP_FORMAT, describeContents, STORE_FILE } from './manifest.ts';

/** Takes a data directory as a server does, to see whether one runs there. */
export type LockServerDir = (dataDir: string) => Result<{ readonly release: () => void }, Problem>;

const KEY_REMARK =
  'Put the sealing key of the server that was backed up (sealing.key) there as well, readable ' +
  'for its user alone: without it no server starts on this store.';

const HOLD_REMARK =
  'Healing and automation are held until you release them: novacron healing release --all, ' +
  'novacron automation release --all.';

const AGENTS_REMARK =
  'Agents in processes of their own follow the server that was backed up: they refuse the ' +
  'restored one until novacron admin control-plane takeover.';

/** A moment that was written into a folder. */
export interface FilledFolder {
  /** Files of the moment, relative to the folder. */
  readonly paths: readonly string[];
  /** Name of the backup, for people. */
  readonly backup: string;
  readonly asOfMs: number;
  /** What the server had, and the backup has not. */
  readonly missing: readonly string[];
}

/** Writes a moment into an empty folder, checked. Problems: why it cannot be restored. */
export type FillFolder = (folder: string) => Promise<Result<FilledFolder, Problem>>;

/** Dependencies of a restore. */
export interface RestoreParts extends Pick<BackupMaker, 'clock' | 'ids'> {
  readonly lockServerDir: LockServerDir;
}

/** Restores a backup from its file. */
export async function restoreDataDir(
  { dataDir, file }: BackupRequest,
  parts: RestoreParts,
): Promise<Result<BackupReport, Problem>> {
  if (!existsSync(file)) return err(noFile(file));
  return restoreInto(dataDir, parts, async (folder) => extractBackup(file, folder));
}

/** Restores a moment; the directory appears when everything in it is checked. */
export async function restoreInto(
  dataDir: string,
  { clock, ids, lockServerDir }: RestoreParts,
  fill: FillFolder,
): Promise<Result<BackupReport, Problem>> {
  const free = requireFree(dataDir, lockServerDir);
  if (!free.ok) return free;
  let folder: string | undefined;
  try {
    const place = resolve(dataDir);
    mkdirSync(dirname(place), { recursive: true });
    // Private, and beside the directory, so that renaming stays on one disk.
    folder = mkdtempSync(join(dirname(place), `.${basename(place)}-restore-`));
    const filled = await fill(folder);
    if (!filled.ok) return filled;
    const { paths, backup, asOfMs, missing } = filled.value;
    const store = join(folder, STORE_FILE);
    const known = new Set(MIGRATIONS.map(({ name }) => name));
    const unknown = readMigrations(store).filter((name) => !known.has(name));
    if (unknown.length > 0) return err(tooNew(backup, unknown.join(', ')));
    const nowMs = clock.nowMs();
    beginRestoredBranch({ folder, paths, term: ids.next('term'), nowMs });
    holdRestoredStore(store, { nowMs, asOfMs });
    // Refuses what has come into the directory since it was looked at.
    if (existsSync(place)) rmdirSync(place);
    renameSync(folder, place);
    const lacks = missing.map((what) => `Not in the backup: ${what}.`);
    const contents = `${dataDir} holds ${describeContents(paths, asOfMs)}.`;
    return ok({ lines: [contents, ...lacks, KEY_REMARK, HOLD_REMARK, AGENTS_REMARK] });
  } catch (cause) {
    return err(cannotRestore(dataDir, cause));
  } finally {
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

function extractBackup(file: string, folder: string): Result<FilledFolder, Problem> {
  const archive = openArchive(file);
  if (archive === undefined) return err(noBackup(file));
  try {
    const { format, made_at: madeAt, files } = archive.manifest;
    if (format > BACKUP_FORMAT) return err(tooNew(file, `format ${format}`));
    const paths = files.map(({ path }) => path);
    if (!paths.includes(STORE_FILE)) return err(damaged(file, 'the store is missing'));
    mkdirSync(join(folder, AGENTS_FOLDER), { mode: 0o700 });
    for (const path of paths) {
      const target = join(folder, path);
      if (archive.extract(path, target) === 'damaged' || checkDatabase(target) === 'damaged') {
        return err(damaged(file, `${path} is not what was put into it`));
      }
    }
    return ok({ paths, backup: file, asOfMs: Date.parse(madeAt), missing: [] });
  } finally {
    archive.close();
  }
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

/** The problem of a backup that is not as it was made. @param file - its name */
export function damaged(file: string, what: string): Problem {
  return problem('validation-failed', {
    detail: `The backup ${file} is damaged: ${what}. Nothing has been restored.`,
    remedy: 'Restore an older backup, and check the disk of this one.',
  });
}

/** The problem of a backup of a later release. @param what - what is newer */
export function tooNew(file: string, what: string): Problem {
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
