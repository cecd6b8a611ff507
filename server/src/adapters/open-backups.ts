/** Opens the backups of the store that a configuration names. */
import { join } from 'node:path';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Backups, BackupTarget } from '../ports/backups.ts';
import { createTargetBackups } from './backup/shipping/create-target-backups.ts';
import type { StoreConfig } from './open-store.ts';
import { createDatabaseBackups } from './store/postgres/create-database-backups.ts';

/** Configuration of backups. */
export interface BackupsConfig extends Pick<StoreConfig, 'store' | 'dataDir' | 'tlsMinVersion'> {
  readonly backupTo: BackupTarget | undefined;
  readonly images: { readonly directory: string };
}

/** Returns what backs up the store; undefined for an embedded store without a target. */
export function openBackups(
  { store, dataDir, tlsMinVersion, backupTo, images }: BackupsConfig,
  parts: { readonly clock: Clock; readonly logger: Logger; readonly serverVersion: string },
): Backups | undefined {
  if (store.kind === 'postgres') return createDatabaseBackups({ url: store.url, tlsMinVersion });
  if (backupTo === undefined) return undefined;
  const source = {
    dataDir,
    imagesDir: images.directory,
    scratchDir: join(dataDir, 'backup-scratch'),
    target: backupTo,
    serverVersion: parts.serverVersion,
  };
  return createTargetBackups(source, parts);
}
