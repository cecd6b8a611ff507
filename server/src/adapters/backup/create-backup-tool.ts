import type { BackupTool } from '../../ports/backup.ts';
import { type BackupMaker, backUpDataDir } from './back-up-data-dir.ts';
import { type LockServerDir, restoreDataDir } from './restore-data-dir.ts';

/** Makes backups of data directories with the embedded store, in the name of this release. */
export function createBackupTool(maker: BackupMaker, lockServerDir: LockServerDir): BackupTool {
  return {
    backUp: (request) => backUpDataDir(request, maker),
    restore: async (request) => restoreDataDir(request, maker, lockServerDir),
  };
}
