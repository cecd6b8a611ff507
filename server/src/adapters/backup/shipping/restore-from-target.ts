/** Makes a data directory from a backup at a target. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { BackupReport, TargetRestore } from '../../../ports/backup.ts';
import { damaged, type RestoreParts, restoreInto, tooNew } from '../restore-data-dir.ts';
import { describeTarget, openTargetFiles } from '../targets/open-target-files.ts';
import { loadMoment } from './load-moment.ts';
import type { LeftOut } from './part-file.ts';
import { type BackupFiles, chooseMoment, findLostMs, momentOf, readBackups } from './part-names.ts';

const MIB = 1024 ** 2;

/** Restores the newest moment, or the newest one of an earlier time. */
export function restoreFromTarget(
  { dataDir, target, latestMs }: TargetRestore,
  parts: RestoreParts,
): Promise<Result<BackupReport, Problem>> {
  return restoreInto(dataDir, parts, async (folder) => {
    const files = await openTargetFiles(target);
    const listed = await files.list();
    const backups = readBackups(listed);
    const chosen = chooseMoment(backups, latestMs);
    if (chosen === undefined) return err(noMoment(describeTarget(target), backups, latestMs));
    const backup = `${chosen.id} at ${describeTarget(target)}`;
    const loaded = await loadMoment(files, chosen.names, folder);
    if (loaded.kind === 'newer') return err(tooNew(backup, loaded.name));
    if (loaded.kind === 'damaged') {
      const older = chooseMoment(backups, (momentOf(loaded.name) ?? chosen.atMs) - 1);
      return err(
        problem('validation-failed', {
          detail: damaged(backup, `${loaded.name} is not what was put into it`).detail,
          remedy: `${adviseOlder(older?.atMs)} Check the disk of the target.`,
        }),
      );
    }
    const lostMs = findLostMs(listed, latestMs) ?? 0;
    const lost = lostMs > chosen.atMs ? [describeLost(lostMs)] : [];
    const missing = [...lost, ...loaded.leftOut.map(describeLeftOut)];
    return ok({ paths: loaded.paths, backup, asOfMs: chosen.atMs, missing });
  });
}

function adviseOlder(atMs: number | undefined): string {
  return atMs === undefined
    ? 'There is no older moment at the target.'
    : `Restore the moment before it: --at ${new Date(atMs).toISOString()}.`;
}

function describeLost(untilMs: number): string {
  const time = new Date(untilMs).toISOString();
  return `changes until ${time}, because the target lost files before them`;
}

function describeLeftOut({ what, files, size_bytes }: LeftOut): string {
  const count = files === 1 ? '1 file' : `${files} files`;
  return `${what}: ${count}, ${(size_bytes / MIB).toFixed(1)} MiB`;
}

function noMoment(
  place: string,
  [oldest]: readonly BackupFiles[],
  latestMs: number | undefined,
): Problem {
  if (oldest === undefined || latestMs === undefined) {
    return problem('not-found', {
      detail: `There is no backup at ${place}.`,
      remedy: "Name the target as the server's setting backup-to does.",
    });
  }
  return problem('not-found', {
    detail:
      `No backup at ${place} is as old as ${new Date(latestMs).toISOString()}; the oldest one ` +
      `is of ${new Date(oldest.startedAtMs).toISOString()}.`,
    remedy: 'Name a later time, or leave it out to restore the newest backup.',
  });
}
