import type { BackupTarget } from '../../../ports/backups.ts';
import { openDirectoryFiles } from './directory-files.ts';
import { openS3Files } from './s3-files.ts';
import { openSftpFiles } from './sftp-files.ts';
import type { TargetFiles } from './target-files.ts';

/** Opens the files of a target; nothing is connected before the first use. */
export async function openTargetFiles(target: BackupTarget): Promise<TargetFiles> {
  if (target.kind === 's3') return openS3Files(target);
  return target.kind === 'sftp' ? openSftpFiles(target) : openDirectoryFiles(target.path);
}

/** Names a target for people, without secrets. */
export function describeTarget(target: BackupTarget): string {
  switch (target.kind) {
    case 'directory':
      return target.path;
    case 's3':
      return `s3://${target.bucket}/${target.prefix}`;
    case 'sftp':
      return `sftp://${target.user}@${target.host}${target.path}`;
  }
}
