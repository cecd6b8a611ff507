import type { BackupTool } from '../../../ports/backup.ts';
import { type BackupMaker, backUpDataDir } from '../back-up-data-dir.ts';
import { type LockServerDir, restoreDataDir } from '../restore-data-dir.ts';
import { restoreFromTarget } from './restore-from-target.ts';

/** Makes backups of data directories with the embedded store, in the name of this release. */
export function createBackupTool(maker: BackupMaker, lockServerDir: LockServerDir): BackupTool {
  const parts = { ...maker, lockServerDir };
  return {
    backUp: (request) => backUpDataDir(request, maker),
    restore: (request) => restoreDataDir(request, parts),
    restoreFromTarget: (request) => restoreFromTarget(request, parts),
  };
}
